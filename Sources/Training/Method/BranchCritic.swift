import Basics
import Foundation
import Preferences

/// What a branch will be worth, foreseen from the policy's own hidden states over its first reasoning step, before anything is
/// known of how it ends:
///
///     V(a) = low + (high - low) sigma(theta^T phi(a) + b)
///
/// phi(a) is the mean of the last layer's hidden states over the tokens of the step, under the weights that the job began
/// with, which draw all of its trees: so states mean the same in every step. Theta and b are the `LogisticFit` of the mean
/// reward of the responses below, which counts as many times as there are responses, over the newest branches; low and high
/// are the least and the greatest of these means. It is fitted anew after each step, and so says what it learnt from earlier
/// steps' trees alone; what it foresees of trees that it has not seen is compared with what their mean does, which is what a
/// critic that learns nothing comes to.
///
/// Source: the critic of Direct Advantage Policy Optimization (arXiv:2412.18279): soft labels by responses that go on from a
/// step, binary cross-entropy. It is a model of its own there, trained beforehand on rollouts from many steps; here it is a head
/// on the policy's states, for a model as large as the policy would cost as much again, and it learns from the trees that are
/// drawn anyhow.
struct BranchCritic: Sendable, Equatable {
    /// The first step of a branch.
    struct Branch: Sendable, Equatable {
        /// phi.
        let state: [Float]
        /// The mean reward of the responses below.
        let value: Double
        /// How many there are.
        let count: Int

        var isFinite: Bool { value.isFinite && state.allSatisfy(\.isFinite) }
    }

    /// What is known once branches differ.
    struct Fit: Sendable, Equatable, Codable {
        let logistic: LogisticFit
        let low: Double
        let high: Double

        func share(_ value: Double) -> Double { min(max((value - low) / (high - low), 0), 1) }
    }

    /// The newest, in order.
    private(set) var branches: [Branch] = []
    private(set) var fit: Fit?
    /// Of the last steps that it has foreseen, the newest last.
    private(set) var examinations: [Examination] = []

    /// Steps that tell whether it is of any use.
    static let examinedSteps = 5

    /// V; nil as long as nothing is known.
    func value(of state: [Float]) -> Double? {
        fit.map { fit in
            let margin = fit.logistic.margin(state)
            return fit.low + (fit.high - fit.low) * sigmoid(margin)
        }
    }

    /// Whether it foresees rewards worse than their mean does, over the last steps.
    var isWorse: Bool {
        let sums = Examination(examinations)
        return sums.crossEntropy > sums.crossEntropyOfMean
    }

    /// Takes in how well it has foreseen a step's branches; nil if nothing was known.
    mutating func examine(_ branches: [Branch]) -> Examination? {
        guard let fit, !branches.isEmpty else { return nil }
        let examination = Examination(of: fit, by: branches)
        examinations = (examinations + [examination]).suffix(Self.examinedSteps)
        return examination
    }

    /// Takes in a step's branches.
    ///
    /// - Parameter most: How many it is fitted to.
    /// - Precondition: They are finite.
    mutating func add(_ new: [Branch], most: Int) { branches = (branches + new).suffix(most) }

    /// What its branches say; nil if they say nothing since none is worth more than another.
    func refitted(ridge: Double) throws -> Fit? {
        let values = branches.map(\.value)
        guard let low = values.min(), let high = values.max(), low < high else { return nil }
        let logistic = try LogisticFit(
            branches.map(\.state), labels: values.map { ($0 - low) / (high - low) },
            counts: branches.map { Double($0.count) }, ridge: ridge)
        return Fit(logistic: logistic, low: low, high: high)
    }

    mutating func take(_ fit: Fit?) { self.fit = fit }
}

// MARK: Figures

extension BranchCritic {
    /// How well branches were foreseen that it was not fitted to. Sums over responses, in nats.
    struct Examination: Sendable, Equatable, Codable {
        var count = 0.0
        var crossEntropy = 0.0
        /// Of the mean of what it was fitted to, in place of what it says.
        var crossEntropyOfMean = 0.0
        /// Of what it says and what branches are worth, over their deviations.
        var correlation = 0.0

        init(_ steps: [Examination]) {
            for step in steps {
                count += step.count
                crossEntropy += step.crossEntropy
                crossEntropyOfMean += step.crossEntropyOfMean
            }
        }

        init(of fit: Fit, by branches: [Branch]) {
            let mean = log(fit.logistic.mean / (1 - fit.logistic.mean))
            var said: [Double] = [], known: [Double] = []
            for branch in branches {
                let margin = fit.logistic.margin(branch.state), share = fit.share(branch.value)
                let times = Double(branch.count)
                count += times
                crossEntropy += times * softCrossEntropy(share, margin: margin)
                crossEntropyOfMean += times * softCrossEntropy(share, margin: mean)
                said.append(sigmoid(margin))
                known.append(share)
            }
            correlation = Training.correlation(said, known, weights: branches.map { Double($0.count) })
        }

        /// Metrics of a step, a response.
        var metrics: [String: Double] {
            [
                "critic/cross_entropy": crossEntropy / count,
                "critic/cross_entropy_of_mean": crossEntropyOfMean / count,
                "critic/correlation": correlation,
            ]
        }
    }

    /// A note for when it begins to be worse than the mean.
    func remark(_ whenWorse: String) -> String {
        let sums = Examination(examinations)
        func nats(_ sum: Double) -> Float { Float((sum / sums.count * 1000).rounded() / 1000) }
        return "The critic is of no use: on the last \(examinations.count) steps' trees, which it had not seen, its "
            + "cross-entropy is \(nats(sums.crossEntropy)) nats, and that of the mean reward "
            + "\(nats(sums.crossEntropyOfMean)). \(whenWorse) A greater critic.ridge, more critic.branches or more prompts a "
            + "step would help; loss.values tree does without it."
    }
}

/// - y log sigma(m) - (1 - y) log sigma(-m), in which sigma(-m) = exp(-m) sigma(m).
private func softCrossEntropy(_ share: Double, margin: Double) -> Double {
    (1 - share) * margin - logSigmoid(margin)
}

// MARK: Checkpoints

extension BranchCritic: Codable {
    /// As in a checkpoint: the states of all branches one after the other, 4 bytes each number, of this machine's order.
    private struct Saved: Codable {
        let states: Data
        let values: [Double]
        let counts: [Int]
        let fit: Fit?
        let examinations: [Examination]
    }

    func encode(to encoder: any Encoder) throws {
        var states = Data()
        for branch in branches { branch.state.withUnsafeBytes { states.append(contentsOf: $0) } }
        try Saved(
            states: states, values: branches.map(\.value), counts: branches.map(\.count), fit: fit,
            examinations: examinations
        ).encode(to: encoder)
    }

    init(from decoder: any Decoder) throws {
        let saved = try Saved(from: decoder), count = saved.values.count
        let size = count > 0 ? saved.states.count / count : 0, width = size / MemoryLayout<Float>.size
        guard
            saved.states.count == count * width * MemoryLayout<Float>.size, saved.counts.count == count,
            saved.counts.allSatisfy({ $0 > 0 }), saved.fit.map({ $0.logistic.weights.count == width }) ?? true
        else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(count) branches, of other sizes"))
        }
        branches = saved.states.withUnsafeBytes { bytes in
            (0..<count).map { index in
                Branch(
                    state: (0..<width).map {
                        bytes.loadUnaligned(
                            fromByteOffset: index * size + $0 * MemoryLayout<Float>.size, as: Float.self)
                    }, value: saved.values[index], count: saved.counts[index])
            }
        }
        (fit, examinations) = (saved.fit, saved.examinations)
    }
}
