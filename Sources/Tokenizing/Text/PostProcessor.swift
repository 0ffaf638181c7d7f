/// The last stage of encoding: special tokens around a text.
struct PostProcessor: Sendable {
    private(set) var prefix: [Int32] = []
    private(set) var suffix: [Int32] = []

    init(_ node: JSONNode) throws {
        if !node.isNull { try add(node) }
    }

    private mutating func add(_ node: JSONNode) throws {
        let type = try node["type"].string()
        switch type {
        case "Sequence": for child in try node["processors"].elements() { try add(child) }
        case "ByteLevel": break  // It adjusts offsets, which are not kept here.
        case "TemplateProcessing": try addTemplate(node)
        default: throw node.unsupported("post-processor '\(type)'")
        }
    }

    private mutating func addTemplate(_ node: JSONNode) throws {
        var before: [Int32] = [], after: [Int32] = []
        var hasText = false
        for piece in try node["single"].elements() {
            let special = try piece["SpecialToken"]
            if special.isNull {
                guard try piece["Sequence"]["id"].string() == "A", !hasText else {
                    throw piece.unsupported("a template for one text with anything but one sequence 'A'")
                }
                hasText = true
            } else {
                let ids = try Self.ids(try special["id"].string(), node["special_tokens"])
                if hasText { after += ids } else { before += ids }
            }
        }
        guard hasText else { throw try node["single"].malformed("must contain the sequence 'A'.") }
        prefix = before + prefix
        suffix += after
    }

    private static func ids(_ token: String, _ table: JSONNode) throws -> [Int32] {
        let entry = try table[token]
        guard !entry.isNull else { throw table.inconsistent("has no entry for '\(token)'.") }
        return try entry["ids"].elements().map { node in
            let id = try node.integer()
            guard id >= 0, id <= Vocabulary.maximumID else {
                throw node.inconsistent("id \(id) is outside 0...\(Vocabulary.maximumID).")
            }
            return Int32(id)
        }
    }
}
