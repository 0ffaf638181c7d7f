/// How a prompt is answered first, by how well the policy does on it: the better, the fewer responses.
///
///     n = round(most - (most - least) a),     T = low + (high - low) a,     a in [0, 1] the ability
///
/// The ability is a running mean of the share of right responses, a = mu a + (1 - mu) share, which begins with its first
/// share: the prompt's own where it was answered before, else that of all prompts. Before anything was answered a is 0.
///
/// Source: after ESRL (arXiv:2308.02223), which draws fewer samples, at another temperature, of what it estimates the model
/// to do well already. Departures: ability there is estimated from the sampled sequences, here from verdicts; the two
/// lines above are ours. Few responses are drawn hotter, as few that are all alike would teach nothing.
public struct AbilityAllocation: Sendable, Hashable {
    public var bounds: ClosedRange<Int>
    /// nil where all are drawn at the job's temperature.
    public var temperatures: ClosedRange<Double>?

    public init(bounds: ClosedRange<Int>, temperatures: ClosedRange<Double>?) {
        self.bounds = bounds
        self.temperatures = temperatures
    }

    public func count(ability: Double) -> Int {
        Int((Double(bounds.upperBound) - Double(bounds.upperBound - bounds.lowerBound) * ability).rounded())
    }

    public func temperature(ability: Double) -> Double? {
        temperatures.map { $0.lowerBound + ($0.upperBound - $0.lowerBound) * ability }
    }
}
