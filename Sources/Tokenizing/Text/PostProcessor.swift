import JSONCoding

/// The last stage of encoding: special tokens around a text.
struct PostProcessor: Sendable {
    /// A part of the result.
    private enum Part: Sendable, Equatable {
        case ids([Int32])
        case text
    }

    /// The result with special tokens, and without.
    private var marked: [Part] = [.text]
    private var bare: [Part] = [.text]

    init(_ node: JSONNode) throws {
        if node.isNull { return }
        let rules = try Self.rules(node)
        marked = try Self.apply(rules, addsSpecialTokens: true)
        bare = try Self.apply(rules, addsSpecialTokens: false)
    }

    /// The most copies of the text; no real template needs more.
    private static let maximumCopies = 16

    /// The ids before the text, and after it.
    var prefix: [Int32] { if case .ids(let ids)? = marked.first { ids } else { [] } }
    var suffix: [Int32] { if marked.count > 1, case .ids(let ids)? = marked.last { ids } else { [] } }

    /// Puts special tokens around the ids of a text.
    func apply(_ ids: [Int32], addSpecialTokens: Bool, isContinuing: Bool) -> [Int32] {
        var parts = (addSpecialTokens ? marked : bare)[...]
        if isContinuing, case .ids? = parts.first { parts.removeFirst() }
        if parts == [.text] { return ids }
        return parts.flatMap { part in
            switch part {
            case .ids(let special): special
            case .text: ids
            }
        }
    }

    // MARK: Rules

    private enum Rule {
        case template(single: [TemplatePiece], pair: [TemplatePiece])
        /// A token before the first text, and one after each.
        case enclosing(start: Int32, end: Int32, repeatsEnd: Bool)
    }

    private enum TemplatePiece {
        case ids([Int32])
        case sequence(Int)
    }

    private static func rules(_ node: JSONNode) throws -> [Rule] {
        let type = try node["type"].string()
        switch type {
        case "Sequence": return try node["processors"].elements().flatMap { try rules($0) }
        case "ByteLevel": return []  // It adjusts offsets, which are not kept here.
        case "TemplateProcessing":
            let single = try template(node["single"], node["special_tokens"])
            let pair = try node["pair"]
            return [.template(single: single, pair: pair.isNull ? [] : try template(pair, node["special_tokens"]))]
        case "BertProcessing", "RobertaProcessing":
            // The reference implementation tells the two apart by fields that only the second has.
            let isRoberta = try !node["trim_offsets"].isNull && !node["add_prefix_space"].isNull
            return [
                .enclosing(start: try named(node["cls"]), end: try named(node["sep"]), repeatsEnd: isRoberta)
            ]
        default:
            throw node.unsupported("post-processor '\(type)'", remedy: "Use one that the tokenizers library has.")
        }
    }

    private static func template(_ node: JSONNode, _ table: JSONNode) throws -> [TemplatePiece] {
        var known: [String: [Int32]] = [:]
        return try node.elements().map { piece in
            let special = try piece["SpecialToken"]
            if special.isNull {
                switch try piece["Sequence"]["id"].string() {
                case "A": return .sequence(0)
                case "B": return .sequence(1)
                default: throw try piece["Sequence"]["id"].malformed("must be A or B.")
                }
            }
            let name = try special["id"].string()
            let ids = try known[name] ?? ids(name, table)
            known[name] = ids
            return .ids(ids)
        }
    }

    private static func ids(_ token: String, _ table: JSONNode) throws -> [Int32] {
        let entry = try table[token]
        guard !entry.isNull else { throw table.inconsistent("has no entry for '\(token)'.") }
        return try entry["ids"].elements().map { try id($0) }
    }

    /// A token with its id, as a list of two.
    private static func named(_ node: JSONNode) throws -> Int32 {
        let parts = try node.elements()
        guard parts.count == 2 else { throw node.malformed("must be a token and its id.") }
        return try id(parts[1])
    }

    private static func id(_ node: JSONNode) throws -> Int32 {
        let id = try node.integer()
        guard id >= 0, id <= Vocabulary.maximumID else {
            throw node.inconsistent("id \(id) is outside 0...\(Vocabulary.maximumID).")
        }
        return Int32(id)
    }

    // MARK: Applying them

    /// Applies the rules in order to one text. The output of a template counts as several texts for the next rule.
    private static func apply(_ rules: [Rule], addsSpecialTokens: Bool) throws -> [Part] {
        var texts: [[Part]] = [[.text]]
        for rule in rules {
            switch rule {
            case .template(let single, let pair):
                texts = try apply(texts.count == 1 ? single : pair, to: texts, addsSpecialTokens)
            case .enclosing(let start, let end, let repeatsEnd):
                guard addsSpecialTokens else { continue }
                texts = texts.enumerated().map { index, parts in
                    let before = index == 0 ? [Part.ids([start])] : repeatsEnd ? [.ids([end])] : []
                    return before + parts + [.ids([end])]
                }
            }
        }
        let parts = joined(texts.flatMap { $0 })
        guard parts.count(where: { $0 == .text }) <= maximumCopies else {
            throw unusable("repeats the text more than \(maximumCopies) times.")
        }
        return parts
    }

    private static func apply(
        _ template: [TemplatePiece], to texts: [[Part]], _ addsSpecialTokens: Bool
    ) throws -> [[Part]] {
        guard texts.count <= 2 else { throw unusable("takes two texts at most, and is given \(texts.count).") }
        return try template.compactMap { piece in
            switch piece {
            case .ids(let ids): return addsSpecialTokens ? [.ids(ids)] : nil
            case .sequence(let index):
                guard index < texts.count else { throw unusable("asks for a second text where there is one.") }
                return texts[index]
            }
        }
    }

    private static func unusable(_ reason: String) -> TokenizerError {
        TokenizerError(
            code: .inconsistent, file: "tokenizer.json", message: "post_processor: a template \(reason)")
    }

    /// Merges neighbouring ids into one part.
    private static func joined(_ parts: [Part]) -> [Part] {
        parts.reduce(into: []) { joined, part in
            if case .ids(let ids) = part, case .ids(let before)? = joined.last {
                joined[joined.count - 1] = .ids(before + ids)
            } else if part != .ids([]) {
                joined.append(part)
            }
        }
    }
}
