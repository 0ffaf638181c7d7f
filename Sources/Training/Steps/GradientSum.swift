import Basics
import Ranks

/// The gradients of a rank's groups, added up in the order of their tree while they are computed.
///
/// Beside the gradients themselves it keeps one vector for each node that waits for its other half.
struct GradientSum {
    private let tree: SumTree
    private var waiting: [(groups: Range<Int>, vector: FlatVector)] = []
    private var spare: [FlatVector] = []

    init(_ tree: SumTree) { self.tree = tree }

    /// Takes the gradients of the next group; they may be overwritten then.
    mutating func add(_ gradients: FlatVector, of group: Int) {
        var node = group..<group + 1, vector = gradients
        while let half = waiting.last, tree.hasNode(half.groups.lowerBound..<node.upperBound) {
            half.vector.add(vector)
            if node.count > 1 { spare.append(vector) }
            (node, vector) = (half.groups.lowerBound..<node.upperBound, half.vector)
            waiting.removeLast()
        }
        if node.count == 1 {
            vector = spare.popLast() ?? FlatVector(like: gradients)
            vector.update(from: gradients)
        }
        waiting.append((node, vector))
    }

    /// The sums so far, by their groups: once all groups of a rank are added, those of its nodes.
    ///
    /// - Parameter gradients: Where they still are if there is one group.
    func nodes(orAlone gradients: FlatVector, _ division: StepDivision) -> [Range<Int>: FlatVector] {
        if division.groups.count == 1 { return division.ownGroups.isEmpty ? [:] : [0..<1: gradients] }
        return Dictionary(uniqueKeysWithValues: waiting.map { ($0.groups, $0.vector) })
    }
}
