import Ranks

/// How the trees of a step are divided: into groups, whose gradients are added up in a fixed order, and these among the
/// ranks. Groups depend on the trees alone, so that results are the same bits for any number of ranks.
struct StepDivision {
    let tree: SumTree
    /// Where each group begins among the trees, and where the last one ends.
    private let starts: [Int]
    private let ranks: Ranks

    /// - Parameters:
    ///   - sizes: The tokens of each tree.
    ///   - groups: As many groups, of nearly as many tokens each; fewer if there are fewer trees.
    init(sizes: [Int], groups: Int, _ ranks: Ranks) {
        let count = max(min(groups, sizes.count), 1), total = sizes.reduce(0, +)
        var starts = [0], before = 0
        for (index, size) in sizes.enumerated() {
            let number = starts.count
            let isDue = before * count >= total * number || sizes.count - index == count - number
            if number < count, index > starts[number - 1], isDue { starts.append(index) }
            before += size
        }
        self.starts = starts + [sizes.count]
        tree = SumTree(groups: count)
        self.ranks = ranks
    }

    var groups: Range<Int> { 0..<tree.groups }

    /// The groups of a rank.
    func groups(of rank: Int) -> Range<Int> { tree.share(of: rank, among: ranks.count) }

    var ownGroups: Range<Int> { groups(of: ranks.index) }

    /// The trees of a group, and of consecutive groups.
    func trees(of group: Int) -> Range<Int> { starts[group]..<starts[group + 1] }
    func trees(of groups: Range<Int>) -> Range<Int> { starts[groups.lowerBound]..<starts[groups.upperBound] }
}
