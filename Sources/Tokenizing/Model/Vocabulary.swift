import JSONCoding

/// Tokens by id and ids by token, for the model's and the added tokens together.
///
/// As in the reference implementation, an added token that is also in the model has the model's id; the others are
/// numbered in order, starting at the number of the model's tokens, whatever the list says. If the model's ids have
/// gaps, such a number may already be in use: the id then names only the token that was added last.
struct Vocabulary: Sendable {
    /// Ids above this are refused: tables are indexed by id, and the largest published vocabularies are far smaller.
    static let maximumID = 4_194_303

    private var model: ByteKeyTable
    private var added = ByteKeyTable()
    private var newCount = 0
    /// The bytes of all tokens, end to end.
    private var contents: [UInt8] = []
    /// The range of each id's token in `contents`; `none` for ids that name no token.
    private var ranges: [Range<Int32>] = []

    private static let none: Range<Int32> = -1..<(-1)

    init(capacity: Int) {
        model = ByteKeyTable(minimumCapacity: capacity)
        ranges.reserveCapacity(capacity)
    }

    /// One more than the highest id.
    var size: Int { ranges.count }

    /// The total size of all tokens in bytes.
    var byteCount: Int { contents.count }

    /// The model's tokens with their ids.
    var modelTokens: ByteKeyTable { model }

    func id(of token: some Collection<UInt8>) -> Int32? {
        added.value(of: token) ?? model.value(of: token)
    }

    /// The id of one of the model's own tokens, which pieces of text are made of.
    func modelID(of token: some Collection<UInt8>) -> Int32? {
        model.value(of: token)
    }

    /// The token as written in the file; nil for ids that name none.
    func token(_ id: Int32) -> ArraySlice<UInt8>? {
        guard id >= 0, id < ranges.count, ranges[Int(id)] != Self.none else { return nil }
        let range = ranges[Int(id)]
        return contents[Int(range.lowerBound)..<Int(range.upperBound)]
    }

    /// Adds a token of the model, read at `node`; if a token is listed twice, the later id counts; if an id is given
    /// twice, the first token does.
    mutating func add(_ token: String, id: Int, _ node: @autoclosure () -> JSONNode) throws {
        guard id >= 0, id <= Self.maximumID else {
            throw node().inconsistent("token '\(token)' has id \(id), outside 0...\(Self.maximumID).")
        }
        let id = Int32(id)
        if let former = model.update(token.utf8, id), former != id {
            if self.token(former)?.elementsEqual(token.utf8) == true { ranges[Int(former)] = Self.none }
        }
        if self.token(id) == nil { try name(id, token, node()) }
    }

    /// Adds an added token and returns its id.
    mutating func addAdded(_ token: String, _ node: @autoclosure () -> JSONNode) throws -> Int32 {
        let known = id(of: token.utf8)
        let id = known ?? Int32(clamping: model.count + newCount)
        guard Int(id) <= Self.maximumID else {
            throw node().inconsistent("token '\(token)' has id \(id), above \(Self.maximumID).")
        }
        if known == nil { newCount += 1 }
        _ = added.update(token.utf8, id)
        try name(id, token, node())
        return id
    }

    private mutating func name(_ id: Int32, _ token: String, _ node: @autoclosure () -> JSONNode) throws {
        while ranges.count <= Int(id) { ranges.append(Self.none) }
        guard contents.count + token.utf8.count <= Int(Int32.max) else {
            throw node().inconsistent("the tokens have more than \(Int32.max) bytes together.")
        }
        let start = Int32(contents.count)
        contents.append(contentsOf: token.utf8)
        ranges[Int(id)] = start..<Int32(contents.count)
    }
}
