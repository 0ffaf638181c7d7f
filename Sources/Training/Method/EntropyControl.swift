/// Keeps the policy's entropy from falling below a target by the weight of the entropy that the loss rewards:
///
///     c' = max(0, c + step) where H < target, max(0, c - step) where H > target
///     weight of the next step = c' where H <= target, else 0
///
/// H is the mean entropy, in nats, over the tokens of a step's first update, before it. The first step has the weight
/// `loss.entropy_coefficient`, where c begins.
///
/// Source: adaptive entropy control of Skywork-OR1, arXiv:2505.22312, with target 0.2 and step 0.005 there. Departure: a
/// weight follows from the entropy of the step before, as H is known only once a step's pass is done.
struct EntropyControl: Sendable, Equatable, Codable {
    /// c
    private(set) var coefficient: Double
    /// The weight of the next step.
    private(set) var weight: Double

    init(start: Double) { (coefficient, weight) = (start, start) }

    mutating func observe(_ entropy: Double, target: Double, step: Double) {
        guard entropy.isFinite else { return }
        if entropy != target { coefficient = max(0, coefficient + (entropy < target ? step : -step)) }
        weight = entropy <= target ? coefficient : 0
    }
}
