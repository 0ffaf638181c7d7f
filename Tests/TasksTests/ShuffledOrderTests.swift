import Testing

@testable import Tasks

@Suite("ShuffledOrder")
struct ShuffledOrderTests {
    @Test("Every epoch holds each record once", arguments: [1, 2, 3, 4, 5, 17, 64, 1000, 4097])
    func permutation(count: Int) {
        let order = ShuffledOrder(count: count, seed: 11)
        for epoch in 0..<3 {
            let indices = (0..<count).map { order.index(at: epoch * count + $0) }
            #expect(indices.sorted() == Array(0..<count))
        }
    }

    @Test("Epochs and seeds have orders of their own, and a place is the same however it is reached")
    func orders() {
        let order = ShuffledOrder(count: 1000, seed: 11)
        let first = (0..<1000).map { order.index(at: $0) }
        #expect(first != (0..<1000).map { order.index(at: 1000 + $0) })
        #expect(first != (0..<1000).map { ShuffledOrder(count: 1000, seed: 12).index(at: $0) })
        #expect(first != Array(0..<1000))
        #expect(order.index(at: 417, epoch: 2) == order.index(at: 2417))
    }

    @Test("A record comes first about as often as any other")
    func uniform() {
        var counts = [Int](repeating: 0, count: 5)
        for seed in 0..<5000 { counts[ShuffledOrder(count: 5, seed: UInt64(seed)).index(at: 0)] += 1 }
        // Five standard deviations of a share of 1/5 in 5000 draws.
        #expect(counts.allSatisfy { abs($0 - 1000) < 142 }, "\(counts)")
    }
}
