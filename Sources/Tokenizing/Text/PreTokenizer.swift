internal import JSONReading

/// The second stage: cuts text into pieces that the model encodes one by one.
struct PreTokenizer: Sendable {
    /// A text and the pieces of it that remain, ascending.
    struct Pieces {
        var text: [UInt8]
        var ranges: [Range<Int>]
        var place: Place
    }

    /// Where a stretch of text stands.
    enum Place: Sendable {
        /// Where the caller's text begins.
        case start
        /// Where the caller's text begins, which goes on from tokens before it.
        case continuation
        /// After an added token.
        case middle
    }

    private enum Step: Sendable {
        case split(Splitter)
        case prefixSpace
        case metaspace(Metaspace)
    }

    private var steps: [Step] = []
    /// Whether pieces reach the model as bytes, in the byte-level alphabet.
    private(set) var isByteLevel = false

    /// The split of GPT-2, which a ByteLevel pre-tokenizer applies unless told otherwise.
    private static let byteLevelPattern =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    init(_ node: JSONNode) throws {
        if !node.isNull { try add(node) }
    }

    private mutating func add(_ node: JSONNode) throws {
        let type = try node["type"].string()
        guard !isByteLevel else { throw node.unsupported("pre-tokenizer '\(type)' after ByteLevel") }
        switch type {
        case "Sequence": for child in try node["pretokenizers"].elements() { try add(child) }
        case "ByteLevel": try addByteLevel(node)
        case "Metaspace": steps.append(.metaspace(try Metaspace(node)))
        default: steps.append(.split(try Splitter(type: type, node)))
        }
    }

    private mutating func addByteLevel(_ node: JSONNode) throws {
        if try node["add_prefix_space"].bool(default: true) { steps.append(.prefixSpace) }
        if try node["use_regex"].bool(default: true) {
            let pattern = JSONNode(
                value: .object([JSONMember(key: "Regex", value: .string(Self.byteLevelPattern))]),
                path: node.path, file: node.file)
            steps.append(.split(Splitter(pattern: try TextPattern(pattern), behavior: .isolated)))
        }
        isByteLevel = true
    }

    func apply(_ text: [UInt8], at place: Place) -> Pieces {
        var pieces = Pieces(text: text, ranges: text.isEmpty ? [] : [text.indices], place: place)
        for step in steps {
            switch step {
            case .split(let splitter): splitter.apply(&pieces)
            case .metaspace(let metaspace): metaspace.apply(&pieces)
            case .prefixSpace:
                let continues = place == .continuation
                pieces.rewrite { piece, rewritten in
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
    /// Replaces each piece by what `body` appends for it.
    mutating func rewrite(_ body: (ArraySlice<UInt8>, inout [UInt8]) -> Void) {
        var rewritten: [UInt8] = []
        rewritten.reserveCapacity(text.count + ranges.count)
        for index in ranges.indices {
            let start = rewritten.count
            body(text[ranges[index]], &rewritten)
            ranges[index] = start..<rewritten.count
        }
        text = rewritten
    }
}
