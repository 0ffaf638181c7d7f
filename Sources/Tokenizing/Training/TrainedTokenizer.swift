import JSONCoding
import Templates

/// A byte-level tokenizer learned from texts, as files that Hugging Face's `tokenizers` and `transformers` load.
///
/// Any text can be encoded and comes back unchanged. Forced tokens are found first, the longest if several begin at one
/// place, and are never part of another token; a forced number is found only if it is the whole number. The text
/// between them is split into words, numbers, marks and space, and encoded by learned merges.
///
/// Ids: the 256 bytes, forced tokens in the order given, merged tokens, then `<eos>` and `<pad>`.
public struct TrainedTokenizer: Sendable {
    /// Ends a response; generation stops at it.
    public static let endOfSequence = "<eos>"
    public static let padding = "<pad>"
    private static let markers = [endOfSequence, padding]

    /// The smallest possible size: all bytes and the two markers.
    public static let minimumSize = 256 + markers.count

    /// A conversation is the concatenation of its messages' texts, and an answer's end is marked.
    public static let chatTemplate =
        "{% for message in messages %}{{ message['content'] }}"
        + "{% if message['role'] == 'assistant' %}{{ '<eos>' }}{% endif %}{% endfor %}"

    /// Words with the space before them, numbers, marks, space.
    private static let wordPattern = #" ?\p{L}+| ?\p{N}+|[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    let preTokenizer: TemplateValue
    let trainer: BytePairTrainer
    public let forcedCount: Int

    /// The number of ids; fewer than requested if the texts have no more pairs to merge.
    public var size: Int { trainer.tokens.count + Self.markers.count }
    public var mergeCount: Int { trainer.merges.count }

    /// Learns from texts.
    ///
    /// - Parameters:
    ///   - size: The most ids allowed, including `<eos>` and `<pad>`.
    ///   - forced: Texts to make one token each.
    /// - Throws: `TokenizerError` if `size` is too small for the bytes, the forced tokens and the markers.
    public init(size: Int, forced: [String], texts: some Sequence<String>) throws {
        var seen = Set<String>(Self.markers)
        let forced = forced.filter { !$0.isEmpty && seen.insert($0).inserted }
        let wide = forced.filter { $0.utf8.count > 1 }
        let needed = Self.minimumSize + wide.count
        guard size >= needed else {
            throw TokenizerError(
                code: .inconsistent, file: "tokenizer.json",
                message: "\(size) ids are too few for 256 bytes, \(wide.count) forced tokens and "
                    + "\(Self.markers.count) markers. Ask for \(needed) or more.")
        }
        forcedCount = forced.count
        preTokenizer = Self.preTokenizer(forced)
        let pieces = try Self.pieces(of: texts, preTokenizer)
        var trainer = BytePairTrainer(forced: wide.map { Array($0.utf8) }, pieces: pieces)
        trainer.run(size: size - Self.markers.count)
        self.trainer = trainer
    }

    // MARK: Cutting texts

    /// Splits twice: at forced tokens wherever they occur, then between them into words.
    ///
    /// The second pattern includes forced tokens too, or it would split them.
    private static func preTokenizer(_ forced: [String]) -> TemplateValue {
        let expressions = forced.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }.map(expression)
        let patterns = expressions.isEmpty ? [] : [expressions]
        let splits = (patterns + [expressions + [wordPattern]]).map { alternatives -> TemplateValue in
            [
                "type": "Split", "pattern": ["Regex": .string(alternatives.joined(separator: "|"))],
                "behavior": "Isolated", "invert": false,
            ]
        }
        return ["type": "Sequence", "pretokenizers": .array(splits + [byteLevel])]
    }

    static let byteLevel: TemplateValue = [
        "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false,
    ]

    private static func expression(_ token: String) -> String {
        let isNumber = token.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber ? "(?<![0-9])\(token)(?![0-9])" : token.unicodeScalars.map(escaped).joined()
    }

    /// Escapes a character so that both dialects of regular expressions take it literally.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "0"..."9", "A"..."Z", "a"..."z", " ": return String(scalar)
        case _ where scalar.value > 0x20 && scalar.value < 0x7F: return "\\" + String(scalar)
        default: return String(scalar)
        }
    }

    /// How often each piece occurs, split as when the tokenizer is used.
    private static func pieces(of texts: some Sequence<String>, _ preTokenizer: TemplateValue) throws -> [[UInt8]: Int]
    {
        let json = Array((preTokenizer.json(indent: 0)).utf8)
        let cutter = try PreTokenizer(JSONNode.parse(json, file: "tokenizer.json"))
        var counts: [[UInt8]: Int] = [:]
        for text in texts {
            let bytes = Array(text.utf8)
            let pieces = try cutter.apply(StagedText(bytes, .start), EncodingPass(forBytes: bytes.count))
            for range in pieces.ranges { counts[Array(pieces.text.bytes[range]), default: 0] += 1 }
        }
        return counts
    }
}
