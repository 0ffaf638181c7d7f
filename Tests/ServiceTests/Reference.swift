import Foundation
import TestSupport
import Trees

/// What the reference implementation gives for one tiny policy.
struct Reference {
    struct Greedy: Decodable {
        let prompt_ids: [Int32]
        let new_ids: [Int32]
    }

    private struct File: Decodable {
        let text: String
        let prompt_tokens: Int
        let step_ranges: [[Int]]
        let fci: [String: [Float]]
        let greedy: Greedy
    }

    let text: String
    /// Tokens of `text`: prompt and response.
    let ids: [Int32]
    let promptCount: Int
    let steps: [Range<Int>]
    /// Influence by gap.
    let influence: [Int: [Float]]
    let greedy: Greedy
    /// logprobs[t] is that of token t + 1.
    let logprobs: [Float]
    /// entropies[t] is that of the distribution token t + 1 is drawn from.
    let entropies: [Float]
    let tensors: ReferenceTensors

    init(_ name: String) throws {
        let file = try JSONDecoder().decode(
            File.self, from: Data(contentsOf: Fixtures.url("\(name)/expected.json")))
        tensors = try ReferenceTensors(fixture: "\(name)/expected.safetensors")
        text = file.text
        promptCount = file.prompt_tokens
        steps = file.step_ranges.map { $0[0]..<$0[1] }
        influence = Dictionary(uniqueKeysWithValues: file.fci.compactMap { key, value in Int(key).map { ($0, value) } })
        greedy = file.greedy
        ids = try tensors.ints("input_ids")
        logprobs = try tensors.floats("token_logprobs")
        entropies = try tensors.floats("entropies")
    }

    var promptIDs: [Int32] { Array(ids[..<promptCount]) }
    var responseIDs: [Int32] { Array(ids[promptCount...]) }
}

/// Attention and influence agree with the reference to this: it was computed in Float64, we sum in Float32.
let influenceTolerance: Float = 1e-5
/// Log-probabilities and entropies likewise: logits agree to 1e-4.
let logprobTolerance: Float = 1e-4
/// Hidden states likewise: logits are products of the last ones.
let stateTolerance: Float = 1e-4

/// The greatest distance between two lists; infinite when their lengths differ.
///
/// NaN equals NaN.
func distance(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { $0.isNaN && $1.isNaN ? 0 : $0.isNaN != $1.isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
}
