public import Basics

extension SplitMix {
    /// A number in 0..<bound, good enough for tests.
    public mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
