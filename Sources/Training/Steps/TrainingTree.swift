import Policy

/// Responses to one prompt, as a tree to train on, with what the loss needs to know of every token.
///
/// The root is the prompt, its children are the responses. Values are those of the responses' tokens in order; prompts
/// have none unless they are learnt as well.
struct TrainingTree: Sendable {
    let tree: TokenTree
    /// For every token of the tree in order of nodes, which value of the caller's belongs to it; nil for tokens that are
    /// not learnt.
    let places: [Int?]

    var tokenCount: Int { tree.tokenCount }

    /// - Parameters:
    ///   - first: Place of the first value.
    ///   - learnsPrompt: Whether prompt tokens have values, too, before those of the responses.
    init(prompt: [Int32], responses: [[Int32]], first: Int, learnsPrompt: Bool = false) {
        var tree = TokenTree(prompt)
        var place = first
        var places = prompt.map { _ -> Int? in
            defer { if learnsPrompt { place += 1 } }
            return learnsPrompt ? place : nil
        }
        for response in responses {
            tree.add(response, to: 0)
            for _ in response {
                places.append(place)
                place += 1
            }
        }
        self.tree = tree
        self.places = places
    }
}

/// Cuts trees into passes of bounded size.
///
/// Trees are taken in order, and a pass ends before the tree that would exceed the budget; a tree that exceeds it alone
/// has a pass of its own. So a step's result depends on the budget only through rounding.
func microbatches(_ sizes: [Int], budget: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var begin = 0, total = 0
    for (index, size) in sizes.enumerated() {
        if index > begin, total + size > budget {
            result.append(begin..<index)
            (begin, total) = (index, 0)
        }
        total += size
    }
    if begin < sizes.count { result.append(begin..<sizes.count) }
    return result
}
