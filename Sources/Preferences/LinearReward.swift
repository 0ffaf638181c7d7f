/// A reward that is linear in the mean hidden state of a response:
///
///     r(x, y) = (theta^T phi(x, y) - offset) / spread
///
/// phi is the mean over the tokens of y behind x of one layer's states, under the weights in one folder: a reward that
/// moved with the policy it trains would say something else in each step. Offset and spread make rewards 0 in the mean and
/// 1 in the deviation over the responses that theta was fitted to.
public struct LinearReward: Sendable, Equatable, Codable {
    /// The name of the policy whose states these are.
    public var policy: String
    /// The folder of its weights.
    public var source: String
    public var layer: Int
    /// theta.
    public var weights: [Double]
    public var offset = 0.0
    public var spread = 1.0
    /// Share of pairs that were held out whose chosen response has the higher reward; nil if none were.
    public var heldOutAccuracy: Double?

    /// The name of the file in the folder of the job that fits one.
    public static let fileName = "reward_model.json"

    /// - Parameter states: phi of the responses that theta was fitted to.
    public init(policy: String, source: String, layer: Int, weights: [Double], states: [[Float]]) {
        self.policy = policy
        self.source = source
        self.layer = layer
        self.weights = weights
        let values = states.map { raw($0) }
        guard !values.isEmpty else { return }
        offset = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - offset) * ($1 - offset) } / Double(values.count)
        if variance > 0 { spread = variance.squareRoot() }
    }

    /// theta^T phi.
    public func raw(_ state: [Float]) -> Double {
        var sum = 0.0
        for (weight, value) in zip(weights, state) { sum += weight * Double(value) }
        return sum
    }

    /// r.
    public func reward(_ state: [Float]) -> Double { (raw(state) - offset) / spread }

    /// Whether its numbers can be used.
    public var isFinite: Bool {
        weights.allSatisfy(\.isFinite) && offset.isFinite && spread.isFinite && spread > 0
    }

    /// The share of pairs whose chosen response has the higher reward, an equal one counting half; nil for none.
    public static func accuracy(_ margins: [Double]) -> Double? {
        guard !margins.isEmpty else { return nil }
        return margins.reduce(0) { $0 + ($1 > 0 ? 1 : $1 == 0 ? 0.5 : 0) } / Double(margins.count)
    }
}
