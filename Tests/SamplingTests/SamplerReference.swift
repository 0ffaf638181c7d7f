import Foundation
import Sampling

/// The sampling operations written down plainly: full sorts, sums in Double, one token after the other.
struct SamplerReference {
    var parameters: SamplingParameters
    var stops: Set<Int32> = []
    var seen: Set<Int32> = []
    /// Tokens drawn before.
    var drawn: [Int32] = []

    /// Ids that are kept, with their probability, in order of id.
    func distribution(_ logits: [Float], position: Int = 0) -> [(id: Int, probability: Double)] {
        let logits = adjusted(logits, position: position)
        let order = logits.indices.filter { logits[$0] > -.infinity }
            .sorted { (-logits[$0], $0) < (-logits[$1], $1) }
        guard parameters.temperature > 0 else { return [(order[0], 1)] }
        let weights = logits.map { exp((Double($0) - Double(logits[order[0]])) / Double(parameters.temperature)) }

        var kept = order[...]
        if parameters.topK > 0 { kept = kept.prefix(parameters.topK) }
        let total = kept.reduce(0) { $0 + weights[$1] }
        if parameters.topP < 1 {
            var sum = 0.0
            let needed = kept.firstIndex { id in
                sum += weights[id]
                return sum >= Double(parameters.topP) * total
            }
            if let needed { kept = kept[...needed] }
        }
        if parameters.minP > 0 { kept = kept[...].filter { weights[$0] >= Double(parameters.minP) }[...] }
        let left = kept.reduce(0) { $0 + weights[$1] }
        return kept.sorted().map { ($0, weights[$0] / left) }
    }

    private func adjusted(_ logits: [Float], position: Int) -> [Float] {
        var logits = logits
        for (id, bias) in parameters.logitBias { logits[Int(id)] += bias }
        for id in seen.map(Int.init) {
            let penalty = parameters.repetitionPenalty
            logits[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty
        }
        for id in Set(drawn).map(Int.init) {
            let count = Float(drawn.count { Int($0) == id })
            logits[id] -= parameters.frequencyPenalty * count + parameters.presencePenalty
        }
        if position < parameters.minTokens { for id in stops { logits[Int(id)] = -.infinity } }
        return logits
    }
}

/// Numbers for test rows: a 64-bit linear congruential generator.
struct TestRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func uniform() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / 16_777_216
    }

    /// Roughly normal: the sum of twelve uniform numbers, less their mean.
    mutating func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }

    mutating func row(_ count: Int, spread: Float) -> [Float] { (0..<count).map { _ in spread * normal() } }

    static func row(_ count: Int, spread: Float, seed: UInt64) -> [Float] {
        var random = TestRandom(seed: seed)
        return random.row(count, spread: spread)
    }
}

extension Sampler {
    /// Draws from a copy of a row.
    func draw(_ logits: [Float], position: Int = 0) throws -> Int {
        var row = logits
        return try row.withUnsafeMutableBufferPointer { Int(try draw(from: $0, position: position)) }
    }
}
