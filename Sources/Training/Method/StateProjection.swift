import Compute

/// A fixed random projection of hidden states to a few numbers each: z = R s / |s|; see `LatentNovelty`.
struct StateProjection: Sendable {
    private let matrix: [Double]
    private let width: Int

    /// - Parameter width: How many numbers a state has.
    init(seed: UInt64, width: Int) {
        let random = CounterRandom(seed: seed, stream: 0x6e6f_7665_6c74_7921)
        matrix = (0..<LatentNovelty.width * width).map { random.normal(at: UInt64($0)) }
        self.width = width
    }

    /// - Parameter states: Row after row.
    /// - Returns: z of each row; 0 for a state that is 0.
    func callAsFunction(_ states: [Float]) -> [[Double]] {
        stride(from: 0, to: states.count, by: width).map { begin in
            let state = states[begin..<begin + width].map(Double.init)
            let norm = state.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 0, norm.isFinite else { return [Double](repeating: 0, count: LatentNovelty.width) }
            return (0..<LatentNovelty.width).map { row in
                var sum = 0.0
                for column in 0..<width { sum += matrix[row * width + column] * state[column] }
                return sum / norm
            }
        }
    }
}
