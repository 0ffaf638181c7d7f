/// The work still allowed for one verdict.
///
/// Counted in steps, not time, so the same answer gets the same verdict on a busy machine. A step is roughly a visited
/// node of an expression or a product of two 32-bit digits.
final class StepBudget {
    private let limit: Int
    private(set) var used = 0

    init(limit: Int) { self.limit = limit }

    func spend(_ steps: Int = 1) throws(MathProblem) {
        used += steps
        if used > limit { throw .outOfSteps(limit) }
    }
}
