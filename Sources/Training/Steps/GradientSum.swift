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
        var (node, additions) = join(gradients, of: group)
        for addition in additions {
            addition.target.add(addition.addend)
            if addition.addend.owner !== gradients.owner { spare.append(addition.addend) }
        }
        if additions.isEmpty {
            node.vector = spare.popLast() ?? FlatVector(like: gradients)
            node.vector.update(from: gradients)
        }
        waiting.append(node)
    }

    /// Takes the gradients of the last group of this rank, which need not be there yet and must not be overwritten.
    consuming func finish(_ gradients: FlatVector, of group: Int) -> GradientNodes {
        let (last, additions) = join(gradients, of: group)
        let nodes = Dictionary(uniqueKeysWithValues: (waiting + [last]).map { ($0.groups, $0.vector) })
        return GradientNodes(nodes: nodes, additions: additions)
    }

    /// The greatest node that a group is the last one of, and what has to be added up for it, in order.
    private mutating func join(
        _ gradients: FlatVector, of group: Int
    ) -> (node: (groups: Range<Int>, vector: FlatVector), additions: [GradientNodes.Addition]) {
        var node = (groups: group..<group + 1, vector: gradients), additions: [GradientNodes.Addition] = []
        while let half = waiting.last, tree.hasNode(half.groups.lowerBound..<node.groups.upperBound) {
            additions.append(.init(target: half.vector, addend: node.vector))
            node = (half.groups.lowerBound..<node.groups.upperBound, half.vector)
            waiting.removeLast()
        }
        return (node, additions)
    }
}

/// The nodes of a rank's groups, to which what came of the last group is added part by part.
struct GradientNodes {
    struct Addition {
        let target: FlatVector
        let addend: FlatVector
    }

    /// None for a rank without groups.
    var nodes: [Range<Int>: FlatVector] = [:]
    var additions: [Addition] = []

    /// Adds what is missing from a part of the vectors, once the last group's gradients are there. To be called once for each.
    func complete(_ part: Range<Int>) {
        for addition in additions { addition.target.add(addition.addend, part) }
    }
}
