internal import JSONCoding

/// The tokenizer of a GGUF file, put as tokenizer.json and tokenizer_config.json say it.
///
/// `gpt2` is byte-level encoding by pairs, with tokens, merges and the name of a pre-tokenizer. `llama` is
/// SentencePiece's encoding by pairs: tokens with scores, and bytes for what has no token.
struct GGUFTokenizer {
    typealias JSON = JSONCoding.JSONValue

    enum Model: String, CaseIterable {
        case gpt2, llama
    }

    /// What a token is, by its number in `tokenizer.ggml.token_type`.
    enum Kind: Int {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    let metadata: GGUFMetadata
    let model: Model
    /// By id.
    let tokens: [String]
    let kinds: [Kind]

    init(_ metadata: GGUFMetadata) throws {
        self.metadata = metadata
        let key = "tokenizer.ggml.model"
        let name = try metadata.required(key, metadata.text)
        guard let model = Model(rawValue: name) else {
            throw GGUFFailure.unsupported(
                metadata.file,
                "\(key) is '\(name)'; texts are encoded as 'gpt2' and 'llama' do. Use another model, or the model's folder "
                    + "in Hugging Face layout.")
        }
        self.model = model
        tokens = try metadata.required("tokenizer.ggml.tokens", metadata.texts)
        kinds = try Self.kinds(metadata, count: tokens.count)
    }

    private static func kinds(_ metadata: GGUFMetadata, count: Int) throws -> [Kind] {
        let key = "tokenizer.ggml.token_type"
        guard let numbers = try metadata.integers(key) else { return Array(repeating: .normal, count: count) }
        guard numbers.count == count else {
            throw GGUFFailure.invalid(
                metadata.file, "metadata key '\(key)' has \(numbers.count) elements and there are \(count) tokens.")
        }
        return try numbers.map { number in
            // 0 is undefined, as in files made by hand.
            guard let kind = number == 0 ? .normal : Kind(rawValue: number) else {
                throw GGUFFailure.invalid(
                    metadata.file, "metadata key '\(key)' has the element \(number); there are 1 to 6.")
            }
            return kind
        }
    }

    // MARK: tokenizer.json

    func tokenizer() throws -> JSON {
        switch model {
        case .gpt2: try byteLevel(GGUFPreTokenizer(metadata))
        case .llama: try sentencePiece()
        }
    }

    private func byteLevel(_ preTokenizer: GGUFPreTokenizer) throws -> JSON {
        let merges = try metadata.required("tokenizer.ggml.merges", metadata.texts)
        let decoder = GGUFPreTokenizer.byteLevel(usesExpression: true)
        return try file(
            normalizer: preTokenizer.normalizer, preTokenizer: preTokenizer.steps,
            postProcessor: postProcessor(addsBeginning: preTokenizer.addsBeginning), decoder: decoder,
            model: [
                "unk_token": .null, "fuse_unk": .bool(false), "byte_fallback": .bool(false),
                "ignore_merges": .bool(preTokenizer.ignoresMerges), "vocab": vocabulary,
                "merges": .array(merges.map { .string($0) }),
            ])
    }

    /// Spaces are written as ▁, one before the text unless the file says otherwise.
    private func sentencePiece() throws -> JSON {
        let space = "▁"
        let addsSpace = try metadata.flag("tokenizer.ggml.add_space_prefix") ?? true
        func replace(_ pattern: String, by content: String) -> JSON {
            .fields([
                "type": .string("Replace"), "pattern": .fields(["String": .string(pattern)]),
                "content": .string(content),
            ])
        }
        let prefix: [JSON] = addsSpace ? [.fields(["type": .string("Prepend"), "prepend": .string(space)])] : []
        let strip: [JSON] =
            addsSpace
            ? [.fields(["type": .string("Strip"), "content": .string(" "), "start": .integer(1), "stop": .integer(0)])]
            : []
        let decoders: [JSON] =
            [
                replace(space, by: " "), .fields(["type": .string("ByteFallback")]),
                .fields(["type": .string("Fuse")]),
            ] + strip
        return try file(
            normalizer: .fields([
                "type": .string("Sequence"), "normalizers": .array(prefix + [replace(" ", by: space)]),
            ]),
            preTokenizer: .null, postProcessor: postProcessor(addsBeginning: true),
            decoder: .fields(["type": .string("Sequence"), "decoders": .array(decoders)]),
            model: [
                "unk_token": try unknownToken().map { .string($0) } ?? .null, "fuse_unk": .bool(true),
                "byte_fallback": .bool(kinds.contains(.byte)), "ignore_merges": .bool(false), "vocab": vocabulary,
                "merges": .array(
                    try SentencePieceMerges(self).pairs.map { .array([.string($0.left), .string($0.right)]) }),
            ])
    }

    private func file(
        normalizer: JSON, preTokenizer: JSON, postProcessor: JSON, decoder: JSON, model: KeyValuePairs<String, JSON?>
    ) -> JSON {
        let constant: JSON = .fields([
            "type": .string("BPE"), "dropout": .null, "continuing_subword_prefix": .null, "end_of_word_suffix": .null,
        ])
        return .fields([
            "version": .string("1.0"), "truncation": .null, "padding": .null, "added_tokens": addedTokens,
            "normalizer": normalizer, "pre_tokenizer": preTokenizer, "post_processor": postProcessor,
            "decoder": decoder, "model": constant.adding(model),
        ])
    }

    /// A token that occurs twice is that of its first id: the other one is only ever drawn.
    private var vocabulary: JSON {
        var seen = Set<[UInt8]>(minimumCapacity: tokens.count)
        return .object(
            tokens.enumerated().compactMap { id, token in
                seen.insert(Array(token.utf8)).inserted ? JSONMember(key: token, value: .integer(id)) : nil
            })
    }

    /// Tokens that are found in texts before anything else is done.
    private var addedTokens: JSON {
        .array(
            zip(tokens, kinds).enumerated().compactMap { id, token -> JSON? in
                guard [.control, .unknown, .userDefined].contains(token.1), !token.0.isEmpty else { return nil }
                return .fields([
                    "id": .integer(id), "content": .string(token.0), "single_word": .bool(false),
                    "lstrip": .bool(false),
                    "rstrip": .bool(false), "normalized": .bool(false), "special": .bool(token.1 != .userDefined),
                ])
            })
    }

    // MARK: Beginning and end

    private func postProcessor(addsBeginning: Bool) throws -> JSON {
        let begins = try metadata.flag("tokenizer.ggml.add_bos_token") ?? addsBeginning
        let ends = try metadata.flag("tokenizer.ggml.add_eos_token") ?? false
        let first = begins ? try token("bos") : nil
        let last = ends ? try token("eos") : nil
        guard first != nil || last != nil else { return .null }
        func special(_ token: (id: Int, text: String)?) -> [JSON] {
            token.map { [.fields(["SpecialToken": .fields(["id": .string($0.text), "type_id": .integer(0)])])] } ?? []
        }
        func sequence(_ name: String) -> JSON {
            .fields(["Sequence": .fields(["id": .string(name), "type_id": .integer(0)])])
        }
        let used = [first, last].compactMap { $0 }.reduce(into: [JSONMember]()) { members, token in
            guard !members.contains(where: { $0.key == token.text }) else { return }
            members.append(
                JSONMember(
                    key: token.text,
                    value: .fields([
                        "id": .string(token.text), "ids": .integers([token.id]),
                        "tokens": .array([.string(token.text)]),
                    ])))
        }
        return .fields([
            "type": .string("TemplateProcessing"),
            "single": .array(special(first) + [sequence("A")] + special(last)),
            "pair": .array(
                special(first) + [sequence("A")] + special(last) + special(first) + [sequence("B")] + special(last)),
            "special_tokens": .object(used),
        ])
    }

    /// A special token that the metadata names; nil if it names none.
    func token(_ kind: String) throws -> (id: Int, text: String)? {
        let key = "tokenizer.ggml.\(kind)_token_id"
        guard let id = try metadata.count(key) else { return nil }
        // Some writers put -1, as an unsigned number, for none.
        guard id != UInt32.max else { return nil }
        guard tokens.indices.contains(id) else {
            throw GGUFFailure.invalid(
                metadata.file, "metadata key '\(key)' is \(id) and there are \(tokens.count) tokens.")
        }
        return (id, tokens[id])
    }

    /// What characters without a token become.
    private func unknownToken() throws -> String? {
        try token("unknown")?.text ?? kinds.firstIndex(of: .unknown).map { tokens[$0] }
    }

    /// The end token; nil also if there is no such token, of which whoever reads where responses end warns.
    private func endToken() throws -> String? {
        let id = try metadata.count("tokenizer.ggml.eos_token_id")
        return id.flatMap { tokens.indices.contains($0) ? tokens[$0] : nil }
    }

    // MARK: tokenizer_config.json

    func configuration() throws -> JSON {
        .fields([
            "tokenizer_class": .string("PreTrainedTokenizerFast"),
            "bos_token": try token("bos").map { .string($0.text) } ?? .null,
            "eos_token": try endToken().map { .string($0) } ?? .null,
            "unk_token": try token("unknown").map { .string($0.text) } ?? .null,
            "pad_token": try token("padding").map { .string($0.text) } ?? .null,
            "clean_up_tokenization_spaces": .bool(false), "chat_template": try template(),
        ])
    }

    /// One template, or several by name; "default" is the one of the key without a name.
    private func template() throws -> JSON? {
        let key = "tokenizer.chat_template"
        let names = metadata.keys.filter { $0.hasPrefix(key + ".") }.map { String($0.dropFirst(key.count + 1)) }
        let usual = try metadata.text(key)
        guard !names.isEmpty else { return usual.map { .string($0) } }
        let named = try names.map { ($0, try metadata.text("\(key).\($0)") ?? "") }
        let all = (usual.map { [("default", $0)] } ?? []) + named
        return .array(all.map { .fields(["name": .string($0.0), "template": .string($0.1)]) })
    }
}
