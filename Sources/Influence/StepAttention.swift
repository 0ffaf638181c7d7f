/// Averages token attention into step attention, directly from the definition.
///
///     a[l, h, j, k] = mean over query tokens q in step j and key tokens t in step k of  A[l, h, q, t]
///
/// Source: arXiv:2509.26628; averaging both sides is its released code's reading of "aggregate". This is the reference
/// for testing `InfluenceAccumulator`; serving never needs the dense matrix.
///
/// - Parameters:
///   - attention: Probabilities after mask and softmax. Shape [L, H, T, T], rows are queries.
///   - layerCount: L.
///   - headCount: H, query heads per layer.
///   - steps: K half-open token ranges, ascending and disjoint, prompt first.
/// - Returns: Shape [L, H, K, K], in [0, 1]; zero above the diagonal if attention is causal.
/// - Precondition: `attention` has L * H * T * T values for some T that covers every step, and no step is empty.
/// - Complexity: O(L * H * T^2). Sums run in Double.
public func stepAttention(
    _ attention: [Float], layerCount: Int, headCount: Int, steps: [Range<Int>]
) -> [Float] {
    let heads = layerCount * headCount
    let tokens = Int((Double(attention.count) / Double(heads)).squareRoot().rounded())
    precondition(
        attention.count == heads * tokens * tokens, "\(attention.count) values are no [\(heads), T, T] attention")
    precondition(steps.allSatisfy { !$0.isEmpty && $0.upperBound <= tokens }, "steps \(steps) in \(tokens) tokens")

    var result: [Float] = []
    result.reserveCapacity(heads * steps.count * steps.count)
    for head in 0..<heads {
        for queries in steps {
            for keys in steps {
                var sum = 0.0
                for query in queries {
                    let row = (head * tokens + query) * tokens
                    for key in keys { sum += Double(attention[row + key]) }
                }
                result.append(Float(sum / Double(queries.count * keys.count)))
            }
        }
    }
    return result
}
