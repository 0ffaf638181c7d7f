internal import Compute

/// The sequence of random choices for one attempt at one example.
///
/// They depend only on (seed, index, attempt): `CounterRandom` with the index as its stream and the attempt in the
/// upper half of the position.
struct Draws {
    private let random: CounterRandom
    private var position: UInt64

    /// Separates these draws from others made from the same seed, such as those of sampling.
    private static let domain: UInt64 = 0x7461_736B_7300_0001

    init(seed: UInt64, index: UInt64, attempt: UInt32 = 0) {
        random = CounterRandom(seed: seed ^ Self.domain, stream: index)
        position = UInt64(attempt) << 32
    }

    /// Uniform in 0..<bound.
    mutating func integer(below bound: Int) -> Int {
        defer { position += 1 }
        return random.integer(below: bound, at: position)
    }

    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + integer(below: range.count)
    }

    /// Uniform in [0, 1).
    mutating func uniform() -> Double {
        defer { position += 1 }
        return random.uniform(at: position)
    }

    mutating func chance(_ share: Double) -> Bool { uniform() < share }

    /// An index, drawn with probability proportional to its weight.
    ///
    /// - Precondition: No weight is negative and one is positive.
    mutating func choice(weights: [Int]) -> Int {
        var rest = integer(below: weights.reduce(0, +))
        return weights.firstIndex { weight in
            rest -= weight
            return rest < 0
        } ?? weights.count - 1
    }

    mutating func element<T>(of values: some RandomAccessCollection<T>) -> T {
        values[values.index(values.startIndex, offsetBy: integer(below: values.count))]
    }

    /// `count` different elements in random order.
    mutating func sample<T>(_ count: Int, of values: [T]) -> [T] {
        var values = values
        for index in 0..<count {
            values.swapAt(index, index + integer(below: values.count - index))
        }
        return Array(values.prefix(count))
    }

    mutating func shuffled<T>(_ values: [T]) -> [T] { sample(values.count, of: values) }
}
