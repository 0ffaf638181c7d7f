import Foundation
import Influence
import TestSupport
import Testing

/// What the reference implementation computed for one of the tiny policies: attention in float64, stored as float32.
struct ReferenceTrace {
    static let policies = ["qwen2", "qwen3", "llama"]
    static let gaps = [1, 2, 4]

    private struct Expected: Decodable {
        let step_ranges: [[Int]]
        let prompt_tokens: Int
        let fci: [String: [Float]]
    }

    let layers: Int
    let heads: Int
    let tokens: Int
    let steps: [Range<Int>]
    /// [L, H, T, T]
    let attention: [Float]
    /// [L, H, K, K]
    let stepAttention: [Float]
    /// [L, H, K] by gap.
    let perHead: [Int: [Float]]
    /// [K] by gap.
    let influence: [Int: [Float]]

    init(_ policy: String) throws {
        let tensors = try ReferenceTensors(fixture: "\(policy)/expected.safetensors")
        let expected = try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: Fixtures.url("\(policy)/expected.json")))
        let shape = try tensors.shape("attentions")
        (layers, heads, tokens) = (shape[0], shape[1], shape[2])
        steps = expected.step_ranges.map { $0[0]..<$0[1] }
        attention = try tensors.floats("attentions")
        stepAttention = try tensors.floats("step_attention")
        perHead = try Dictionary(uniqueKeysWithValues: Self.gaps.map { ($0, try tensors.floats("fci_per_head.\($0)")) })
        influence = Dictionary(uniqueKeysWithValues: expected.fci.map { (Int($0) ?? 0, $1) })
    }

    /// S[l, h, k] for step j as a kernel hands it over: rows of `stride`, what is beyond k = j being garbage.
    func sums(ofStep j: Int, stride: Int) -> [Float] {
        sumRows(attention, heads: layers * heads, tokens: tokens, steps: steps, step: j, stride: stride)
    }
}

/// S[h, k] = sum over q in step j, t in step k of A[h, q, t], in rows of `stride`; NaN beyond k = j.
func sumRows(
    _ attention: [Float], heads: Int, tokens: Int, steps: [Range<Int>], step j: Int, stride: Int
) -> [Float] {
    var sums = [Float](repeating: .nan, count: heads * stride)
    for head in 0..<heads {
        for k in 0...j {
            var sum = 0.0
            for query in steps[j] {
                for key in steps[k] { sum += Double(attention[(head * tokens + query) * tokens + key]) }
            }
            sums[head * stride + k] = Float(sum)
        }
    }
    return sums
}

/// The largest distance between two arrays, and where it is; infinite when their lengths differ.
func worst(_ a: some Collection<Float>, _ b: some Collection<Float>) -> (distance: Float, index: Int) {
    guard a.count == b.count else { return (.infinity, -1) }
    var result: (distance: Float, index: Int) = (0, 0)
    for (index, (x, y)) in pairs(a, b).enumerated() where !(abs(x - y) <= result.distance) {
        result = (abs(x - y), index)
    }
    return result
}
