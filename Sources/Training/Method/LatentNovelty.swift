/// How surprising a step is, as a model of the policy's own hidden states sees it: the error of a small linear head that
/// predicts the next step's mean hidden state from this one's, and learns while the job runs.
///
/// With s_j the mean hidden state of step j, and R a fixed random matrix of d rows:
///
///     z_j = R s_j / |s_j|,      error e_j = z_j - (W z_{j-1} + b),      novelty n_j = |e_j|^2 / d
///     W, b += eta e_j [z_{j-1}, 1]^T / (1 + |z_{j-1}|^2),        eta = 0.05
///
/// W begins as the identity: a step is expected to be like the one before. The update is normalised least mean squares,
/// which is stable for any states below eta = 2. Step 1 follows the prompt, which has no state, and has novelty 0; it is
/// never a branch. Entries of R are normal deviates of variance 1, from the job's seed, so that each of the d numbers of z is
/// near 1 whatever the policy; they stand for a state, so that the head is small, d (d + 1) numbers, for any model.
///
/// As a bonus, a novelty is compared with the running mean m of those seen before:
///
///     bonus = weight max(0, 1 - step / anneal) n / (n + m),      in [0, weight)
///
/// Source: the intrinsic reward of arXiv:2404.00651, the error of a latent dynamics model, inspired this. There it explores
/// a continuous control problem by planning, in which the dynamics are unknown; of text they are known, and only the
/// policy's own representation is predicted here. Nothing of its planner or its value model is used.
public struct LatentNovelty: Sendable, Codable, Equatable {
    /// d.
    static let width = 32
    static let rate = 0.05
    /// How much of the running mean stays with each novelty.
    static let memory = 0.999

    /// [W | b], shape [d, d + 1].
    private var head: [Double]
    /// m; nil before the first.
    private(set) var mean: Double?

    public init() {
        let d = Self.width
        head = (0..<d * (d + 1)).map { $0 / (d + 1) == $0 % (d + 1) ? 1 : 0 }
    }

    /// n of steps that follow each other, the first of which has 0.
    func novelties(_ steps: [[Double]]) -> [Double] {
        steps.indices.map { index in
            guard index > 0 else { return 0 }
            let error = error(of: steps[index], after: steps[index - 1])
            return error.reduce(0) { $0 + $1 * $1 } / Double(Self.width)
        }
    }

    /// Learns steps that follow each other, one after the other, and takes the novelties that they had into the running mean.
    ///
    /// - Parameter had: Their novelties but for the first, of the head that they are compared by; nil for those of this one.
    mutating func learn(_ steps: [[Double]], had: [Double]? = nil) {
        var running = RunningMean(mean)
        for novelty in had ?? Array(novelties(steps).dropFirst()) { running.add(novelty, smoothing: Self.memory) }
        mean = running.value
        for index in steps.indices.dropFirst() {
            let before = steps[index - 1], error = error(of: steps[index], after: before)
            let square = 1 + before.reduce(0) { $0 + $1 * $1 }
            for row in 0..<Self.width {
                let step = Self.rate * error[row] / square, base = row * (Self.width + 1)
                for column in 0..<Self.width { head[base + column] += step * before[column] }
                head[base + Self.width] += step
            }
        }
    }

    /// The bonus of a novelty.
    ///
    /// - Parameters:
    ///   - weight: Of the bonus in the first step.
    ///   - anneal: Steps after which there is none.
    public func bonus(_ novelty: Double, weight: Double, step: Int, anneal: Int) -> Double {
        guard let mean, novelty > 0 else { return 0 }
        return weight * max(0, 1 - Double(step) / Double(anneal)) * novelty / (novelty + mean)
    }

    private func error(of step: [Double], after before: [Double]) -> [Double] {
        (0..<Self.width).map { row in
            let base = row * (Self.width + 1)
            var prediction = head[base + Self.width]
            for column in 0..<Self.width { prediction += head[base + column] * before[column] }
            return step[row] - prediction
        }
    }
}
