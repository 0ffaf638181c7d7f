import JSONCoding

/// A token that is found in text before any other processing.
struct AddedToken: Sendable, Equatable {
    var content: String
    /// Whether decoding can leave it out.
    var isSpecial: Bool
    /// Whether it matches only if it is not part of a longer word.
    var isSingleWord: Bool
    /// Whether it absorbs white space on its left, or right.
    var stripsLeft: Bool
    var stripsRight: Bool
    /// Whether it is looked for in normalized text instead of the text as given.
    var isNormalized: Bool

    init(_ node: JSONNode) throws {
        content = try node["content"].string()
        isSpecial = try node["special"].bool(default: false)
        isSingleWord = try node["single_word"].bool(default: false)
        stripsLeft = try node["lstrip"].bool(default: false)
        stripsRight = try node["rstrip"].bool(default: false)
        isNormalized = try node["normalized"].bool(default: !isSpecial)
    }
}

/// The added tokens of a file, numbered as the reference implementation numbers them.
struct AddedTokens: Sendable {
    /// What to look for, and the token it yields.
    struct Pattern: Sendable {
        var content: [UInt8]
        var id: Int32
        var isNormalized: Bool
        var isSpecial: Bool
    }

    private(set) var patterns: [Pattern] = []
    /// The token of each id: of several with the same content or id, the last, whose flags count.
    private(set) var tokens: [Int32: AddedToken] = [:]
    /// The content last listed as normalized for each id.
    private var normalizedContents: [Int32: [UInt8]] = [:]
    /// The contents that decoding can leave out.
    private(set) var specialContents: Set<[UInt8]> = []

    init(_ node: JSONNode, _ vocabulary: inout Vocabulary) throws {
        guard !node.isNull else { return }
        let listed = try node.elements().map { (node: $0, token: try AddedToken($0)) }
            .filter { !$0.token.content.isEmpty }
        for (_, token) in listed where token.isSpecial { specialContents.insert(Array(token.content.utf8)) }
        for (node, token) in listed {
            if let id = vocabulary.id(of: token.content.utf8), tokens[id]?.isSame(as: token) == true { continue }
            let id = try vocabulary.addAdded(token.content, node)
            tokens[id] = token
            if token.isNormalized { normalizedContents[id] = Array(token.content.utf8) }
        }
        patterns = tokens.sorted { $0.key < $1.key }.map { id, token in
            let content = Array(token.content.utf8)
            return Pattern(
                content: content, id: id, isNormalized: token.isNormalized, isSpecial: specialContents.contains(content)
            )
        }
    }

    /// Creates a matcher for patterns, with `spelled` applied to their contents.
    func matcher(
        for patterns: [Pattern], _ spelled: ([UInt8]) throws -> [UInt8]
    ) rethrows -> AddedTokenMatcher {
        let found = patterns.compactMap { pattern in tokens[pattern.id].map { (pattern, $0) } }
        return AddedTokenMatcher(
            patterns: found.map(\.0), tokens: found.map(\.1), contents: try found.map { try spelled($0.0.content) })
    }

    /// The text of each token that does not simply add its content: an ordinary token found in normalized text is
    /// written in normalized form, even if the list also has it unnormalized. A special one is unchanged, so that
    /// decoding can leave it out.
    func normalizedTexts(_ normalize: ([UInt8]) throws -> [UInt8]) rethrows -> [Int32: [UInt8]] {
        var texts: [Int32: [UInt8]] = [:]
        for pattern in patterns where !pattern.isSpecial {
            guard let content = normalizedContents[pattern.id] else { continue }
            let normalized = try normalize(content)
            if normalized != content { texts[pattern.id] = normalized }
        }
        return texts
    }
}

extension AddedToken {
    /// Compares bytes: Swift treats canonically equivalent strings as equal.
    fileprivate func isSame(as other: AddedToken) -> Bool {
        self == other && content.utf8.elementsEqual(other.content.utf8)
    }
}
