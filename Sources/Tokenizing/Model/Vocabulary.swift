/// Tokens by id and ids by token, the model's and the added ones together.
struct Vocabulary: Sendable {
    /// Ids above this are refused: tables are indexed by id, and the largest published vocabularies are far smaller.
    static let maximumID = 4_194_303

    private var ids: ByteKeyTable
    /// All tokens' bytes, end to end.
    private var contents: [UInt8] = []
    /// Where each id's token lies in `contents`; empty for ids that name no token.
    private var ranges: [Range<Int32>] = []

    init(capacity: Int) {
        ids = ByteKeyTable(minimumCapacity: capacity)
        ranges.reserveCapacity(capacity)
    }

    /// One more than the highest id.
    var size: Int { ranges.count }

    func id(of token: some Collection<UInt8>) -> Int32? {
        ids.value(of: token)
    }

    /// The token as the file writes it; nil for ids that name none.
    func token(_ id: Int32) -> ArraySlice<UInt8>? {
        guard id >= 0, id < ranges.count, !ranges[Int(id)].isEmpty else { return nil }
        let range = ranges[Int(id)]
        return contents[Int(range.lowerBound)..<Int(range.upperBound)]
    }

    /// Adds a token read at `node`.
    ///
    /// Adding it again under the same id changes nothing.
    mutating func add(_ token: String, id: Int, _ node: @autoclosure () -> JSONNode) throws {
        guard id >= 0, id <= Self.maximumID else {
            throw node().inconsistent("token '\(token)' has id \(id), outside 0...\(Self.maximumID).")
        }
        let id32 = Int32(id)
        let bytes = token.utf8
        guard !bytes.isEmpty else { throw node().inconsistent("the token with id \(id) is empty.") }
        if let known = ids.insert(bytes, id32) {
            guard known != id32 else { return }
            throw node().inconsistent("token '\(token)' has two ids, \(known) and \(id).")
        }
        if let other = self.token(id32) {
            throw node().inconsistent(
                "id \(id) names two tokens, '\(String(decoding: other, as: UTF8.self))' and '\(token)'.")
        }
        while ranges.count <= id { ranges.append(0..<0) }
        let start = Int32(contents.count)
        contents.append(contentsOf: bytes)
        ranges[id] = start..<Int32(contents.count)
    }
}
