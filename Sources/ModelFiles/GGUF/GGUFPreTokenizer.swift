internal import JSONCoding

/// How byte-level vocabularies cut texts before merging: what `tokenizer.ggml.pre` names, put as tokenizer.json says it.
///
/// Expressions are those of the models' own tokenizer.json files, which llama.cpp spells out for its matcher.
enum GGUFPreTokenizer: CaseIterable {
    case gpt2, smollm, llama3, qwen2, deepseekQwen, tekken, gpt4o, usual

    /// The names of each in files; the first is the one that is written.
    var names: [String] {
        switch self {
        case .gpt2: ["gpt-2", "phi-2", "mpt", "olmo", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "gigachat"]
        case .smollm: ["smollm", "starcoder", "refact", "command-r", "codeshell"]
        case .llama3: ["llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral", "midm-2.0", "lfm2"]
        case .qwen2: ["qwen2", "megrez", "kormo"]
        case .deepseekQwen: ["deepseek-r1-qwen"]
        case .tekken: ["tekken"]
        case .gpt4o: ["gpt-4o", "llama4"]
        case .usual: ["default"]
        }
    }

    /// Files without a name are older; llama.cpp reads them with its default.
    static func isAssumed(_ metadata: GGUFMetadata) -> Bool {
        metadata["tokenizer.ggml.model"] == .text("gpt2") && metadata["tokenizer.ggml.pre"] == nil
    }

    init(_ metadata: GGUFMetadata) throws {
        let key = "tokenizer.ggml.pre"
        let name = try metadata.text(key) ?? "default"
        guard let found = Self.allCases.first(where: { $0.names.contains(name) }) else {
            throw GGUFFailure.unsupported(
                metadata.file,
                "\(key) is '\(name)', and how that cuts texts is not known here. Known are: "
                    + Self.allCases.flatMap(\.names).joined(separator: ", ")
                    + ". Use the model's folder in Hugging Face layout.")
        }
        self = found
    }

    /// Whether a piece that is a token becomes that token, whatever its merges.
    var ignoresMerges: Bool { self == .llama3 || self == .tekken }
    /// Whether texts get the beginning token unless `tokenizer.ggml.add_bos_token` says otherwise.
    var addsBeginning: Bool { self == .llama3 || self == .tekken }

    // MARK: As tokenizer.json says it

    var normalizer: JSONCoding.JSONValue {
        self == .qwen2 ? .fields(["type": .string("NFC")]) : .null
    }

    var steps: JSONCoding.JSONValue {
        switch self {
        case .gpt2: Self.byteLevel(usesExpression: true)
        case .smollm:
            Self.sequence(
                [.fields(["type": .string("Digits"), "individual_digits": .bool(true)])], usesExpression: true)
        case .llama3: Self.sequence([Self.split(Self.llama3Expression)])
        case .qwen2, .deepseekQwen: Self.sequence([Self.split(Self.qwen2Expression)])
        case .tekken: Self.sequence([Self.split(Self.tekkenExpression)])
        case .gpt4o: Self.sequence([Self.split(Self.gpt4oExpression)])
        case .usual: Self.sequence(Self.usualExpressions.map(Self.split))
        }
    }

    /// - Parameter usesExpression: Whether texts are cut by GPT-2's expression first.
    static func byteLevel(usesExpression: Bool) -> JSONCoding.JSONValue {
        .fields([
            "type": .string("ByteLevel"), "add_prefix_space": .bool(false), "trim_offsets": .bool(true),
            "use_regex": .bool(usesExpression),
        ])
    }

    private static func sequence(
        _ steps: [JSONCoding.JSONValue], usesExpression: Bool = false
    ) -> JSONCoding.JSONValue {
        .fields([
            "type": .string("Sequence"), "pretokenizers": .array(steps + [byteLevel(usesExpression: usesExpression)]),
        ])
    }

    private static func split(_ expression: String) -> JSONCoding.JSONValue {
        .fields([
            "type": .string("Split"), "pattern": .fields(["Regex": .string(expression)]),
            "behavior": .string("Isolated"), "invert": .bool(false),
        ])
    }

    // MARK: Expressions

    private static let llama3Expression =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

    private static let qwen2Expression =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

    private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
    private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
    private static let marks = #"[^\r\n\p{L}\p{N}]?"#
    private static let blanks = #" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

    private static let tekkenExpression =
        "\(marks)\(upper)*\(lower)+|\(marks)\(upper)+\(lower)*|\\p{N}|\(blanks)"

    private static let contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"

    private static let gpt4oExpression =
        "\(marks)\(upper)*\(lower)+\(contraction)|\(marks)\(upper)+\(lower)*\(contraction)|\\p{N}{1,3}|\(blanks)"

    private static let usualExpressions = [
        #"[\p{P}\$\+<=>\^~\|]+"#,
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"#, #"\p{N}+"#, "[0-9][0-9][0-9]",
    ]
}
