internal import CKernels
internal import Foundation

/// The most probable tokens of a row: a prefix of the order "greater logit first, lower id first among equals".
///
/// Top-k, top-p and min-p each select such a prefix, so together they keep the shortest.
struct LogitPrefix: Equatable {
    /// Tokens with a greater logit are kept.
    var least: Float
    /// The number of tokens kept among those with exactly this logit.
    var ties: Int

    static let everything = LogitPrefix(least: -.infinity, ties: .max)

    static func shorter(_ a: LogitPrefix, _ b: LogitPrefix) -> LogitPrefix {
        if a.least != b.least { return a.least > b.least ? a : b }
        return a.ties < b.ties ? a : b
    }
}

/// A row of logits read as weights exp((x - maximum) * scale); weights below e^-87 are 0.
struct WeightedRow {
    let logits: UnsafeMutableBufferPointer<Float>
    let maximum: Float
    /// 1 / temperature.
    let scale: Float

    /// How long a prefix must be.
    enum Goal {
        case count(Int)
        /// A share of the mass of the previous prefix, or of the whole row.
        case mass(Double)
    }

    init(logits: UnsafeMutableBufferPointer<Float>, maximum: Float, temperature: Float) {
        self.logits = logits
        self.maximum = maximum
        scale = min(1 / temperature, .greatestFiniteMagnitude)
    }

    /// The part of the row that the parameters keep, applying top-k, top-p and min-p in that order.
    ///
    /// Top-p is a share of what top-k kept; both are prefixes of one order, so top-p's prefix can be searched for in
    /// the whole row. Min-p compares with the greatest weight, which is 1 and always kept.
    func kept(by parameters: SamplingParameters) -> LogitPrefix {
        var prefix = LogitPrefix.everything
        let limitsCount = parameters.topK > 0 && parameters.topK < logits.count
        if limitsCount || parameters.topP < 1 {
            let survey = survey(UnsafeBufferPointer(logits), cuts: firstCuts)
            var mass = survey.mass[7]
            if limitsCount { (prefix, mass) = shortestPrefix(.count(parameters.topK), survey) }
            if parameters.topP < 1 {
                prefix = .shorter(prefix, shortestPrefix(.mass(Double(parameters.topP) * mass), survey).prefix)
            }
        }
        if parameters.minP > 0 {
            let distance = log(Double(parameters.minP)) / Double(scale)
            prefix = .shorter(prefix, LogitPrefix(least: Float(Double(maximum) + distance), ties: .max))
        }
        return prefix
    }

    // MARK: - Finding a prefix without sorting

    /// How much of the given values lies at or above eight cut values, greatest cut first.
    private struct Survey {
        var mass = SIMD8<Double>(repeating: 0)
        var count = SIMD8<Int64>(repeating: 0)
    }

    /// Cuts for the first pass over a row, placed where language models have their mass: distances below the maximum,
    /// in nats. The first is the maximum itself; the last leaves out only what has no weight.
    private var firstCuts: SIMD8<Float> {
        let distances = SIMD8<Double>(0, 1, 2.5, 5, 8, 12, 20, 88)
        return cuts { Double(maximum) - distances[$0] / Double(scale) }
    }

    /// Cuts from one value down to another in equal steps.
    private func evenCuts(from high: Float, to low: Float) -> SIMD8<Float> {
        cuts { $0 == 7 ? Double(low) : Double(high) - (Double(high) - Double(low)) * Double($0) / 7 }
    }

    /// Eight descending values, kept finite so that logits of -infinity stay below all of them.
    private func cuts(_ value: (Int) -> Double) -> SIMD8<Float> {
        var cuts = SIMD8<Float>()
        for index in 0..<8 { cuts[index] = Float(max(value(index), -Double(Float.greatestFiniteMagnitude))) }
        return cuts
    }

    private func survey(_ values: UnsafeBufferPointer<Float>, cuts: SIMD8<Float>) -> Survey {
        var (cuts, result) = (cuts, Survey())
        withUnsafeBytes(of: &cuts) { cuts in
            withUnsafeMutableBytes(of: &result.mass) { mass in
                withUnsafeMutableBytes(of: &result.count) { count in
                    attn_row_above(
                        values.baseAddress, values.count, maximum, scale,
                        cuts.assumingMemoryBound(to: Float.self).baseAddress,
                        mass.assumingMemoryBound(to: Double.self).baseAddress,
                        count.assumingMemoryBound(to: Int64.self).baseAddress)
                }
            }
        }
        return result
    }

    /// The shortest prefix that reaches the goal, and its mass; everything if the row does not reach it.
    ///
    /// A survey tells between which two cuts the goal is reached. Only values between those are examined again, with
    /// closer cuts, until the goal is reached at the greatest of them. Each round drops that one and narrows the range
    /// sevenfold, so rounds are bounded by the number of bits in a Float; usually there are three or four, and all but
    /// the first see few values.
    ///
    /// - Parameter survey: The survey of the whole row, with `firstCuts`.
    private func shortestPrefix(_ goal: Goal, _ survey: Survey) -> (prefix: LogitPrefix, mass: Double) {
        let cuts = firstCuts
        guard let index = firstCut(of: survey, reaching: goal) else { return (.everything, survey.mass[7]) }
        guard index > 0 else { return prefix(at: cuts[0], ties: survey.count[0], goal: goal) }
        let between = Int(survey.count[index] - survey.count[index - 1])
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: between + 1) { buffer in
            gather(UnsafeBufferPointer(logits), from: cuts[index], below: cuts[index - 1], into: buffer)
            return narrow(
                buffer, count: between, low: cuts[index], goal: goal, massAbove: survey.mass[index - 1],
                countAbove: survey.count[index - 1])
        }
    }

    /// - Parameters:
    ///   - buffer: Values between two cuts, `count` of them, and room for one more; overwritten.
    ///   - low: The lower of the cuts.
    ///   - massAbove: Mass of the row at or above the upper one; `countAbove` is the corresponding count.
    private func narrow(
        _ buffer: UnsafeMutableBufferPointer<Float>, count: Int, low: Float, goal: Goal, massAbove: Double,
        countAbove: Int64
    ) -> (prefix: LogitPrefix, mass: Double) {
        var (count, low, massAbove, countAbove) = (count, low, massAbove, countAbove)
        while true {
            let values = UnsafeBufferPointer(rebasing: buffer[..<count])
            let cuts = evenCuts(from: attn_row_max(values.baseAddress, count), to: low)
            let survey = survey(values, cuts: cuts)
            let missing = goal.minus(mass: massAbove, count: countAbove)
            guard let index = firstCut(of: survey, reaching: missing) else {
                // Sums of the same weights in another order may fall short by a rounding error: keep the whole range.
                return (LogitPrefix(least: low, ties: .max), massAbove + survey.mass[7])
            }
            guard index > 0 else {
                let (prefix, mass) = prefix(at: cuts[0], ties: survey.count[0], goal: missing)
                return (prefix, massAbove + mass)
            }
            massAbove += survey.mass[index - 1]
            countAbove += survey.count[index - 1]
            low = cuts[index]
            gather(values, from: low, below: cuts[index - 1], into: buffer)
            count = Int(survey.count[index] - survey.count[index - 1])
        }
    }

    /// The prefix that ends among tokens of one logit.
    private func prefix(at logit: Float, ties: Int64, goal: Goal) -> (prefix: LogitPrefix, mass: Double) {
        let weight = Double(attn_row_weight(logit, maximum, scale))
        let wanted =
            switch goal {
            case .count(let count): count
            case .mass(let mass): Int((mass / weight).rounded(.up))
            }
        let taken = min(max(wanted, 1), Int(ties))
        return (LogitPrefix(least: logit, ties: taken), Double(taken) * weight)
    }

    private func firstCut(of survey: Survey, reaching goal: Goal) -> Int? {
        (0..<8).first {
            switch goal {
            case .count(let count): survey.count[$0] >= Int64(count)
            case .mass(let mass): survey.count[$0] > 0 && survey.mass[$0] >= mass
            }
        }
    }

    private func gather(
        _ values: UnsafeBufferPointer<Float>, from low: Float, below high: Float,
        into buffer: UnsafeMutableBufferPointer<Float>
    ) {
        _ = attn_row_gather(values.baseAddress, values.count, low, high, buffer.baseAddress)
    }
}

extension WeightedRow.Goal {
    /// The rest of the goal, below values that are certain to be in the prefix.
    fileprivate func minus(mass: Double, count: Int64) -> WeightedRow.Goal {
        switch self {
        case .count(let wanted): .count(wanted - Int(count))
        case .mass(let wanted): .mass(wanted - mass)
        }
    }
}
