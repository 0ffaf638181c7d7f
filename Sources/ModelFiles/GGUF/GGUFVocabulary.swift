internal import Foundation
internal import JSONCoding

/// A folder's tokenizer, put as the metadata of a GGUF file say it: the inverse of `GGUFTokenizer`.
struct GGUFVocabulary {
    private typealias JSON = JSONCoding.JSONValue
    private typealias Node = JSONCursor<VocabularyProblem>

    private let stored: PolicyDirectory
    private let root: Node
    private let configuration: [String: JSONValue]
    private let path: String

    init(_ stored: PolicyDirectory) throws {
        self.stored = stored
        path = stored.source.path(of: "tokenizer.json")
        let text = [UInt8](try stored.source.contents(of: "tokenizer.json"))
        do {
            root = Node(try JSONReader.parse(text), document: path)
        } catch {
            throw PolicyError(.malformed, "\(path) is not valid JSON at byte \(error.offset): \(error.reason).")
        }
        configuration =
            try stored.source.contentsIfPresent(of: "tokenizer_config.json").map {
                try JSONValue.parseObject($0, file: stored.source.path(of: "tokenizer_config.json"))
            } ?? [:]
    }

    /// - Throws: `PolicyError` naming the part that GGUF files cannot say.
    func metadata() throws -> [String: GGUFValue] {
        do {
            let model = try root.required("model", "Take the model's tokenizer again.")
            let words = try Words(root, model, count: stored.configuration.vocabularySize)
            var values = try isByteLevel() ? byteLevel(model) : sentencePieces(model, words)
            values["tokenizer.ggml.tokens"] = .texts(words.tokens)
            values["tokenizer.ggml.token_type"] = .integers(words.kinds.map(\.rawValue))
            try addSpecial(to: &values, words)
            try addTemplate(to: &values)
            return values
        } catch let problem as VocabularyProblem {
            throw PolicyError(.unsupported, "\(path): \(problem.message)")
        }
    }

    // MARK: Byte-level vocabularies

    private func isByteLevel() throws -> Bool {
        try root.member("pre_tokenizer").map(GGUFPreTokenizer.signature)?.last?.hasPrefix("ByteLevel") ?? false
    }

    private func byteLevel(_ model: Node) throws -> [String: GGUFValue] {
        let steps = try root.member("pre_tokenizer").map(GGUFPreTokenizer.signature) ?? []
        let normalizer = try root.member("normalizer").map(GGUFPreTokenizer.signature) ?? []
        let ignores = try model.member("ignore_merges")?.bool() ?? false
        let found = try GGUFPreTokenizer.allCases.first { kind in
            try GGUFPreTokenizer.signature(Node(kind.steps)) == steps && kind.ignoresMerges == ignores
                && (kind.normalizer.isNull ? [] : GGUFPreTokenizer.signature(Node(kind.normalizer))) == normalizer
        }
        guard let name = found?.names.first else {
            throw VocabularyProblem(
                "llama.cpp knows no pre-tokenizer that cuts texts as this one does, so GGUF files cannot hold it. Write "
                    + "safetensors instead.")
        }
        return [
            "tokenizer.ggml.model": .text("gpt2"), "tokenizer.ggml.pre": .text(name),
            "tokenizer.ggml.merges": .texts(try merges(model).map { $0.left + " " + $0.right }),
        ]
    }

    private func merges(_ model: Node) throws -> [(left: String, right: String)] {
        try model.required("merges", "Only byte-pair encoding is written.").elements().map { entry in
            if case .string(let text) = entry.value {
                let parts = text.split(separator: " ", omittingEmptySubsequences: false)
                guard parts.count == 2 else { throw entry.failure("must be a pair of tokens.") }
                return (String(parts[0]), String(parts[1]))
            }
            let pair = try entry.elements().map { try $0.string() }
            guard pair.count == 2, !pair.contains(where: { $0.contains(" ") }) else {
                throw entry.failure("must be a pair of tokens without spaces.")
            }
            return (pair[0], pair[1])
        }
    }

    // MARK: SentencePiece's vocabularies

    /// Scores fall in the order of merges.
    private func sentencePieces(_ model: Node, _ words: Words) throws -> [String: GGUFValue] {
        guard try model.member("byte_fallback")?.bool() == true else {
            throw VocabularyProblem(
                "model.byte_fallback is not true, and the pre-tokenizer is not ByteLevel; GGUF files hold one or the other. "
                    + "Write safetensors instead.")
        }
        var scores = words.tokens.indices.map { -1e6 - Double($0) }
        for (rank, merge) in try merges(model).enumerated().reversed() {
            if let id = words.ids[Array((merge.left + merge.right).utf8)] { scores[id] = -Double(rank) }
        }
        let normalizer = try root.member("normalizer").map(GGUFPreTokenizer.signature) ?? []
        let steps = try root.member("pre_tokenizer").map(GGUFPreTokenizer.signature) ?? []
        let spelling = normalizer + steps
        guard let last = spelling.last, last == "Replace: ▁" || last.hasPrefix("Metaspace") else {
            throw VocabularyProblem(
                "its normalizer and pre-tokenizer are none of SentencePiece's, so GGUF files cannot hold them. Write "
                    + "safetensors instead.")
        }
        let addsSpace = spelling.contains("Prepend ▁") || last.hasPrefix("Metaspace") && last != "Metaspace never"
        return [
            "tokenizer.ggml.model": .text("llama"), "tokenizer.ggml.pre": .text("default"),
            "tokenizer.ggml.scores": .numbers(scores), "tokenizer.ggml.add_space_prefix": .bool(addsSpace),
        ]
    }

    // MARK: Special tokens and templates

    private func token(_ name: String) -> String? {
        switch configuration[name] {
        case .string(let text)?: text
        case .object(let fields)?: if case .string(let text)? = fields["content"] { text } else { nil }
        default: nil
        }
    }

    private func addSpecial(to values: inout [String: GGUFValue], _ words: Words) throws {
        func id(_ name: String) -> Int? { token(name).flatMap { words.ids[Array($0.utf8)] } }
        let policy = stored.configuration
        let begin = id("bos_token") ?? policy.beginningOfSequence.map { Int($0) }
        let ends =
            [id("eos_token")].compactMap { $0 }
            + (policy.generationEndOfSequence + policy.endOfSequence).map { Int($0) }
        let ids = [
            "bos": begin, "eos": ends.first, "eot": ends.first { $0 != ends.first }, "padding": id("pad_token"),
            "unknown": id("unk_token"),
        ]
        for case (let kind, let id?) in ids { values["tokenizer.ggml.\(kind)_token_id"] = .integer(id) }
        let single = try root.member("post_processor").map(Self.single) ?? []
        let isNamed = configuration["add_bos_token"] == .bool(true)
        values["tokenizer.ggml.add_bos_token"] = .bool(
            isNamed && begin != nil || single.first == .some(.some(token("bos_token") ?? "")))
        values["tokenizer.ggml.add_eos_token"] = .bool(
            single.count > 1 && single.last == .some(.some(token("eos_token") ?? "")))
    }

    /// The special tokens around a text, with nil for the text.
    private static func single(_ node: Node) throws -> [String?] {
        guard try node.required("type", "").string() != "Sequence" else {
            return try node.member("processors")?.elements().lazy.map(single).first { !$0.isEmpty } ?? []
        }
        return try node.member("single")?.elements().map { try $0.member("SpecialToken")?.member("id")?.string() } ?? []
    }

    private func addTemplate(to values: inout [String: GGUFValue]) throws {
        let key = "tokenizer.chat_template"
        switch configuration["chat_template"] {
        case .string(let text)?: values[key] = .text(text)
        case .array(let entries)?:
            for case .object(let entry) in entries {
                guard case .string(let name)? = entry["name"], case .string(let text)? = entry["template"] else {
                    continue
                }
                values[name == "default" ? key : "\(key).\(name)"] = .text(text)
            }
        default: break
        }
        if let file = try stored.source.contentsIfPresent(of: "chat_template.jinja") {
            values[key] = .text(String(decoding: file, as: UTF8.self))
        }
    }

    /// Tokens by id, as many as the embedding has rows.
    private struct Words {
        var tokens: [String]
        var kinds: [GGUFTokenizer.Kind]
        /// By bytes: strings that Unicode calls equal are different tokens.
        var ids: [[UInt8]: Int] = [:]

        init(_ root: Node, _ model: Node, count: Int) throws {
            tokens = (0..<count).map { "[PAD\($0)]" }
            kinds = Array(repeating: .unused, count: count)
            for member in try model.required("vocab", "Only byte-pair encoding is written.").members() {
                guard case .integer(let id) = member.value else {
                    throw model.failure("has an id that is not a whole number.")
                }
                add(member.key, id, Self.isByte(member.key) ? .byte : .normal)
            }
            for token in try root.member("added_tokens")?.elements() ?? [] {
                let content = try token.required("content", "").string()
                let id = try ids[Array(content.utf8)] ?? token.required("id", "").integer()
                add(content, id, try token.member("special")?.bool() ?? false ? .control : .userDefined)
            }
            if let unknown = try model.member("unk_token")?.string(), let id = ids[Array(unknown.utf8)] {
                kinds[id] = .unknown
            }
        }

        /// Tokens beyond the embedding are never drawn, and are left out.
        private mutating func add(_ token: String, _ id: Int, _ kind: GGUFTokenizer.Kind) {
            guard tokens.indices.contains(id) else { return }
            tokens[id] = token
            kinds[id] = kind
            ids[Array(token.utf8)] = id
        }

        private static func isByte(_ token: String) -> Bool {
            let bytes = Array(token.utf8)
            return bytes.count == 6 && bytes.starts(with: "<0x".utf8) && bytes[5] == UInt8(ascii: ">")
                && UInt8(String(decoding: bytes[3...4], as: UTF8.self), radix: 16) != nil
        }
    }
}

extension GGUFPreTokenizer {
    /// The steps of a normalizer or pre-tokenizer with what matters of each, for comparing.
    fileprivate static func signature(_ node: JSONCursor<VocabularyProblem>) throws -> [String] {
        let type = try node.required("type", "").string()
        func flag(_ name: String, _ fallback: Bool) throws -> Bool { try node.member(name)?.bool() ?? fallback }
        func pattern() throws -> String {
            let pattern = try node.required("pattern", "")
            return try pattern.member("Regex")?.string() ?? (try pattern.member("String")?.string()) ?? ""
        }
        switch type {
        case "Sequence":
            let children = try node.member("pretokenizers") ?? (try node.member("normalizers"))
            return try children?.elements().flatMap(signature) ?? []
        case "ByteLevel": return ["ByteLevel \(try flag("add_prefix_space", true)) \(try flag("use_regex", true))"]
        case "Digits": return ["Digits \(try flag("individual_digits", false))"]
        case "Split":
            return [
                "Split \(try pattern()) \(try node.member("behavior")?.string() ?? "") \(try flag("invert", false))"
            ]
        case "Prepend": return ["Prepend \(try node.member("prepend")?.string() ?? "")"]
        case "Replace": return ["Replace:\(try pattern())\(try node.member("content")?.string() ?? "")"]
        case "Metaspace":
            let isNever = try node.member("prepend_scheme")?.string() == "never"
            let addsSpace = try flag("add_prefix_space", true)
            return [isNever || !addsSpace ? "Metaspace never" : "Metaspace"]
        default: return [type]
        }
    }
}

/// What is wrong with a tokenizer that is to be written.
private struct VocabularyProblem: JSONCursorError {
    let message: String

    init(_ message: String) { self.message = message }

    init(document: String, path: String, _ message: String) {
        self.message = (path.isEmpty ? "the document" : path) + " " + message
    }
}
