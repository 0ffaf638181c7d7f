import JSONCoding

/// The second stage: splits text into pieces that the model encodes one by one.
struct PreTokenizer: Sendable {
    /// A text and its remaining pieces, ascending.
    struct Pieces {
        var text: StagedText
        var ranges: [Range<Int>]
    }

    private enum Step: Sendable {
        case split(Splitter)
        case prefixSpace
        case metaspace(Metaspace)
        case spellBytes
        case fixedLength(Int)
        case scripts
    }

    private var steps: [Step] = []
    /// Whether pieces reach the model as raw bytes, which it spells in the byte-level alphabet.
    ///
    /// They do if ByteLevel is last, as almost always; otherwise the text is spelled for the steps after it.
    private(set) var isByteLevel = false

    /// The split of GPT-2, which a ByteLevel pre-tokenizer applies unless told otherwise.
    private static let byteLevelPattern =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    init(_ node: JSONNode) throws {
        if !node.isNull { try add(node) }
        if case .spellBytes = steps.last {
            steps.removeLast()
            isByteLevel = true
        }
    }

    private mutating func add(_ node: JSONNode) throws {
        let type = try node["type"].string()
        switch type {
        case "Sequence": for child in try node["pretokenizers"].elements() { try add(child) }
        case "ByteLevel": try addByteLevel(node)
        case "Metaspace": steps.append(.metaspace(try Metaspace(node)))
        case "FixedLength": steps.append(.fixedLength(try Self.length(node["length"])))
        case "UnicodeScripts": steps.append(.scripts)
        case "BertPreTokenizer":
            steps.append(.split(Splitter(pattern: .characters(.whiteSpace), behavior: .removed)))
            steps.append(.split(Splitter(pattern: .characters(.punctuation), behavior: .isolated)))
        default: steps.append(.split(try Splitter(type: type, node)))
        }
    }

    private mutating func addByteLevel(_ node: JSONNode) throws {
        if try node["add_prefix_space"].bool(default: true) { steps.append(.prefixSpace) }
        if try node["use_regex"].bool(default: true) {
            steps.append(
                .split(Splitter(pattern: try .expression(Self.byteLevelPattern, node), behavior: .isolated)))
        }
        steps.append(.spellBytes)
    }

    private static func length(_ node: JSONNode) throws -> Int {
        let length = node.isNull ? 5 : try node.integer()
        guard length > 0 else { throw node.malformed("must be at least 1.") }
        return length
    }

    func apply(_ text: StagedText, _ pass: EncodingPass) throws -> Pieces {
        var pieces = Pieces(text: text, ranges: text.bytes.isEmpty ? [] : [text.bytes.indices])
        for step in steps {
            switch step {
            case .split(let splitter): try splitter.apply(&pieces, pass)
            case .metaspace(let metaspace): try metaspace.apply(&pieces, pass)
            case .fixedLength(let length): pieces.cut(every: length)
            case .scripts: pieces.ranges = pieces.ranges.flatMap { UnicodeScripts.cut(pieces.text.bytes, $0) }
            case .spellBytes:
                try pieces.rewrite(pass) { piece, spelled in
                    for byte in piece {
                        spelled.append(contentsOf: String(ByteLevelAlphabet.scalars[Int(byte)]).utf8)
                    }
                }
            case .prefixSpace:
                let continues = pass.place == .continuation
                try pieces.rewrite(pass) { piece, rewritten in
                    let joins = continues && piece.startIndex == 0
                    if !joins, piece.first != UInt8(ascii: " ") { rewritten.append(UInt8(ascii: " ")) }
                    rewritten.append(contentsOf: piece)
                }
            }
        }
        return pieces
    }
}

extension PreTokenizer.Pieces {
    /// Replaces each piece by what `body` appends for it; what replaces the beginning of the text counts as its
    /// beginning.
    mutating func rewrite(_ pass: EncodingPass, _ body: (ArraySlice<UInt8>, inout [UInt8]) -> Void) throws {
        var rewritten: [UInt8] = []
        rewritten.reserveCapacity(text.bytes.count + ranges.count)
        var origin = 0
        for index in ranges.indices {
            let start = rewritten.count
            let piece = text.bytes[ranges[index]]
            body(piece, &rewritten)
            if piece.startIndex < text.originCount {
                var beginning: [UInt8] = []
                body(piece[..<min(piece.endIndex, text.originCount)], &beginning)
                origin = start + beginning.count
            }
            ranges[index] = start..<rewritten.count
            try pass.checkSize(rewritten.count)
        }
        text = StagedText(bytes: rewritten, originCount: origin)
    }

    /// Splits each piece after every `length` characters.
    mutating func cut(every length: Int) {
        var cut: [Range<Int>] = []
        for piece in ranges {
            var start = piece.lowerBound, count = 0
            UTF8Scalar.forEach(in: text.bytes, piece) { _, place in
                count += 1
                if count == length {
                    cut.append(start..<place.upperBound)
                    start = place.upperBound
                    count = 0
                }
            }
            if start < piece.upperBound { cut.append(start..<piece.upperBound) }
        }
        ranges = cut
    }
}
