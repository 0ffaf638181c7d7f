import Basics
import Jobs
import Policy
import Sampling

/// Fits the policy's log-ratios to advantages: for each candidate a, the tokens of one node that is learnt,
///
///     loss = mean over candidates of 1/2 (A(a) - beta sum over tokens of a of (log p - log p0))^2
///
/// where p0 are the weights that the job began with, which drew the tokens: their log-probabilities are those that the
/// sampler reported. It is beta^2 times the paper's loss, and has the same minimum, p proportional to p0 exp(A / beta).
///
/// A pass forward gives the sums, and so each candidate's residual r; as
///
///     d loss / d log p = - beta r / number of candidates
///
/// is the same for all of its tokens, the gradient is that of a likelihood whose tokens count so much.
///
/// Source: Direct Advantage Policy Optimization (arXiv:2412.18279).
struct AdvantageRegression: StepLearner {
    private let run: TrainingRun
    private let beta: Double

    init(_ run: TrainingRun) {
        self.run = run
        beta = run.specification.loss.usedBeta
    }

    func learn(_ batch: PolicyBatch, _ report: inout StepReport, records: String) throws {
        var sums = Sums()
        try run.learnLikelihoods(batch, &report, records: records) { part, current in
            let fit = Fit(batch.nodes[part.trees].flatMap(\.self), of: batch, current: current, beta: beta)
            return .init(scales: fit.scales, loss: fit.loss) { sums += fit.sums }
        }
        report.metrics.merge(sums.metrics) { $1 }
        if let remark = sums.remark { report.notes.append(remark) }
    }

    /// How well the current weights fit candidates, and how much each token counts.
    struct Fit {
        /// beta r / number of candidates, for each token of a candidate with residual r.
        private(set) var scales: PerToken<Double>
        private(set) var sums = Sums()

        var loss: Double { sums.squares / 2 / Double(max(sums.count, 1)) }

        /// - Parameters:
        ///   - candidates: The tokens of each.
        ///   - current: The log-probability of each token under the weights to be fitted.
        init(_ candidates: [Range<LearntToken>], of batch: PolicyBatch, current: PerToken<Float>, beta: Double) {
            scales = PerToken(repeating: 0, count: batch.count)
            for tokens in candidates {
                let ratio = zip(current[tokens], batch.old[tokens]).reduce(0.0) { $0 + Double($1.0) - Double($1.1) }
                let advantage = Double(batch.advantages[tokens.lowerBound]), residual = advantage - beta * ratio
                for token in tokens { scales[token] = beta * residual / Double(candidates.count) }
                sums.count += 1
                sums.squares += residual * residual
                sums.advantages.add(advantage, advantage)
                sums.ratios.add(ratio, ratio)
                sums.products.add(advantage, ratio)
            }
        }
    }

    /// Sums over candidates.
    struct Sums {
        /// Of products of two numbers, and of each.
        struct Moment {
            private(set) var (product, first, second) = (0.0, 0.0, 0.0)

            mutating func add(_ x: Double, _ y: Double) {
                product += x * y
                first += x
                second += y
            }

            static func += (a: inout Moment, b: Moment) {
                a.product += b.product
                a.first += b.first
                a.second += b.second
            }

            func covariance(_ count: Int) -> Double { product - first * second / Double(count) }
        }

        var count = 0
        /// Of residuals.
        var squares = 0.0
        var advantages = Moment()
        var ratios = Moment()
        var products = Moment()

        static func += (a: inout Sums, b: Sums) {
            a.count += b.count
            a.squares += b.squares
            a.advantages += b.advantages
            a.ratios += b.ratios
            a.products += b.products
        }

        /// Of residuals and of advantages: 1 where nothing is fitted.
        private var residual: Double { squares / advantages.product }

        /// A note for a regression that diverges; nil for one that does not.
        var remark: String? {
            guard count > 0, residual > 2 else { return nil }
            let times = Float(residual)
            return "The regression diverges: its squared residuals are \(times) times the squared advantages, "
                + "where no fit at all has 1. A lower optimizer.learning_rate or a smaller loss.beta would help."
        }

        /// Metrics of a step, of candidates before the updates that learn them.
        var metrics: [String: Double] {
            guard count > 0 else { return [:] }
            let spread = (advantages.covariance(count) * ratios.covariance(count)).squareRoot()
            return [
                "loss": squares / 2 / Double(count), "candidates": Double(count),
                "regression/residual": residual,
                "regression/correlation": spread > 0 ? products.covariance(count) / spread : 0,
                "policy/log_ratio": ratios.first / Double(count),
            ]
        }
    }
}
