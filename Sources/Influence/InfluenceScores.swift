// The influence of a step is how much later steps attend back to it. Three functions, in the order they apply: the sum
// under each head, masking of steps without a score, the maximum over heads. `InfluenceAccumulator` arrives at the same
// numbers without ever holding the step attention of all heads.

/// Sums, for each head and step, the attention that steps at least `gap` later pay to it.
///
///     y[l, h, k] = sum over j >= k + gap of  a[l, h, j, k]
///
/// Source: arXiv:2509.26628, the influence equation, with gap = 4.
///
/// - Parameters:
///   - stepAttention: a, shape [L, H, K, K], rows are the later steps; the function of that name computes it.
///   - stepCount: K, including the prompt.
///   - gap: D, in steps. Must be at least 1.
/// - Returns: Shape [L, H, K], non-negative. The last `gap` steps get 0: nothing follows them far enough.
public func influencePerHead(_ stepAttention: [Float], stepCount: Int, gap: Int) -> [Float] {
    precondition(gap >= 1, "gap \(gap): a step's attention to itself is not influence")
    guard stepCount > 0 else { return [] }
    let square = stepCount * stepCount
    precondition(
        stepAttention.count % square == 0, "\(stepAttention.count) values are no [L, H, K, K] with K \(stepCount)")

    var result: [Float] = []
    result.reserveCapacity(stepAttention.count / stepCount)
    for head in 0..<stepAttention.count / square {
        for k in 0..<stepCount {
            var sum = 0.0
            for j in stride(from: k + gap, to: stepCount, by: 1) {
                sum += Double(stepAttention[head * square + j * stepCount + k])
            }
            result.append(Float(sum))
        }
    }
    return result
}

/// The attention that later steps pay to a step above what uniform attention would, over all of its tokens.
///
///     e[k] = max(0, len_k * (y[k] - sum over j >= k + gap of  u[j]))
///
/// where y[k] is its influence and u[j] `uniformAttention` of step j: what y[k] would be if every token attended to all
/// before it equally. Influence is a mean over a step's tokens, and a step of one token that heads rest on, such as a lone
/// word or sign, has more of it than any sentence. The sum over its tokens alone would favour long steps instead: they
/// have more attention because they have more tokens.
///
/// - Parameters:
///   - influence: y, 0 for steps without a score. Shape [K].
///   - steps: K token ranges, prompt first.
///   - uniform: u of each step. Shape [K].
///   - gap: D, in steps.
/// - Returns: Shape [K], non-negative, 0 where y is.
public func excessOfAttention(_ influence: [Float], steps: [Range<Int>], uniform: [Float], gap: Int) -> [Float] {
    var result = [Float](repeating: 0, count: steps.count)
    var expected: Float = 0
    for k in steps.indices.reversed() {
        if k + gap < steps.count { expected += uniform[k + gap] }
        if influence[k] > 0 { result[k] = max(0, Float(steps[k].count) * (influence[k] - expected)) }
    }
    return result
}

/// What a step's tokens would give to each token before them if attention were uniform.
///
///     u[j] = mean over q in step j of  1 / (q + 1)
public func uniformAttention(_ step: Range<Int>) -> Float {
    Float(step.reduce(0.0) { $0 + 1 / Double($1 + 1) } / Double(step.count))
}

/// Sets the influence of steps outside `scored` to 0.
///
/// Source: the method's released code, in which the prompt, the first response step and everything from the end of
/// thinking on get no score; `StepSegmentation.scoredSteps(includingAfterThinking:)` returns the others.
///
/// - Parameter perHead: y, shape [L, H, K].
public func maskInfluence(_ perHead: inout [Float], stepCount: Int, scored: Range<Int>) {
    for index in perHead.indices where !scored.contains(index % stepCount) { perHead[index] = 0 }
}

/// Pools influence over heads.
///
///     y[k] = max over l, h of  y[l, h, k]
///
/// Source: arXiv:2509.26628.
///
/// - Parameter perHead: y, shape [L, H, K], non-negative.
/// - Returns: Shape [K]; 0 if there are no heads.
public func poolInfluence(_ perHead: [Float], stepCount: Int) -> [Float] {
    var pooled = [Float](repeating: 0, count: stepCount)
    for (index, value) in perHead.enumerated() where value > pooled[index % stepCount] {
        pooled[index % stepCount] = value
    }
    return pooled
}
