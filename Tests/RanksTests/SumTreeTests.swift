import Ranks
import Testing

struct SumTreeTests {
    @Test(arguments: 1...13, 1...9) func sharesAreMadeOfNodes(groups: Int, ranks: Int) {
        let tree = SumTree(groups: groups)
        let nodes = (0..<ranks).flatMap { tree.nodes(within: tree.share(of: $0, among: ranks)) }
        #expect(nodes.first?.lowerBound == 0)
        #expect(nodes.last?.upperBound == groups)
        for (node, next) in zip(nodes, nodes.dropFirst()) { #expect(node.upperBound == next.lowerBound) }
        #expect(nodes.allSatisfy { !$0.isEmpty })
    }

    @Test func powersOfTwoNeedOneVectorEach() {
        for ranks in [1, 2, 4, 8] {
            let tree = SumTree(groups: 8)
            for rank in 0..<ranks { #expect(tree.nodes(within: tree.share(of: rank, among: ranks)).count == 1) }
        }
        // Three ranks have 0 and 1; 2, 3 and 4; 5, 6 and 7.
        let tree = SumTree(groups: 8)
        #expect(tree.nodes(within: 0..<2) == [0..<2])
        #expect(tree.nodes(within: 2..<5) == [2..<4, 4..<5])
        #expect(tree.nodes(within: 5..<8) == [5..<6, 6..<8])
    }

    /// 1, 2^-24 and 2^-24: from the left, each half of a unit in the last place is lost; together they are one.
    @Test func orderIsTheTrees() {
        let values: [Float] = [1, 0x1p-24, 0x1p-24, 0x1p-24]
        func sum(_ nodes: [Range<Int>]) -> Float {
            let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: nodes.count)
            defer { buffer.deallocate() }
            for (position, node) in nodes.enumerated() {
                buffer[position] =
                    node.count == 1 ? values[node.lowerBound] : values[node.lowerBound] + values[node.lowerBound + 1]
            }
            let given = Dictionary(
                uniqueKeysWithValues: nodes.enumerated().map { position, node in
                    (node, UnsafeMutableBufferPointer(rebasing: buffer[position..<position + 1]))
                })
            return SumTree(groups: 4).sum(given)[0]
        }
        // (1 + 2^-24) + (2^-24 + 2^-24) = 1 + 2^-23, where one after the other would stay at 1.
        #expect(sum([0..<1, 1..<2, 2..<3, 3..<4]) == 1 + 0x1p-23)
        #expect(sum([0..<2, 2..<3, 3..<4]) == 1 + 0x1p-23)
        #expect(sum([0..<2, 2..<4]) == 1 + 0x1p-23)
    }
}
