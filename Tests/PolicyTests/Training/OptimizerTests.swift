import Basics
import Compute
import Foundation
import ModelFiles
import TestSupport
import Testing

@testable import Policy

@Suite("Optimizers", .serialized)
struct OptimizerTests {
    private static let configuration = PolicySize.mini.configuration(family: .qwen3)

    private func parameters(seed: UInt64) throws -> [Parameter] {
        var random = SplitMix(state: seed)
        return try [
            WeightName.layer(0, .downWeight), .layer(0, .keyWeight), .layer(1, .upWeight), .finalNorm,
        ].map { name in
            let parameter = try Parameter(Self.configuration.specification(name))
            for i in 0..<parameter.count {
                parameter.values.pointer[i] = Float(random.next(below: 2001)) / 1000 - 1
                parameter.gradient.pointer[i] = Float(random.next(below: 2001)) / 1000 - 1
            }
            return parameter
        }
    }

    /// Some float32 roundings on numbers of at most a few units.
    static let tolerance = 1e-6

    @Test("AdamW moves every element as its equations say; vectors do not decay")
    func adamW() throws {
        let parameters = try parameters(seed: 1)
        let settings = AdamWSettings(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1)
        let optimizer = try AdamW(parameters.map { ParameterSlice($0) }, settings: settings, team: ThreadTeam(count: 2))
        let places = parameters.flatMap { parameter in [0, 7, parameter.count - 1].map { (parameter, $0) } }
        var expected = places.map { (w: Double($0.values.pointer[$1]), m: 0.0, v: 0.0) }
        for step in 1...5 {
            let rate = 0.01 * Double(step), scale = 0.5
            optimizer.step(learningRate: rate, gradientScale: scale)
            for (i, (parameter, place)) in places.enumerated() {
                let g = Double(parameter.gradient.pointer[place]) * scale, t = Double(step)
                expected[i].m = 0.9 * expected[i].m + 0.1 * g
                expected[i].v = 0.99 * expected[i].v + 0.01 * g * g
                let (m, v) = (expected[i].m / (1 - pow(0.9, t)), expected[i].v / (1 - pow(0.99, t)))
                expected[i].w -= rate * (m / (v.squareRoot() + 1e-8) + (parameter.isMatrix ? 0.1 : 0) * expected[i].w)
            }
        }
        for ((parameter, place), expected) in pairs(places, expected) {
            #expect(abs(Double(parameter.values.pointer[place]) - expected.w) < Self.tolerance)
        }
        #expect(optimizer.stepCount == 5)
    }

    @Test("Thread counts change no bit", arguments: [false, true])
    func threads(_ muon: Bool) throws {
        func run(_ threads: Int) throws -> [[Float]] {
            let parameters = try parameters(seed: 2), team = ThreadTeam(count: threads)
            let slices = parameters.map { ParameterSlice($0) }
            let optimizer: any Optimizer =
                muon
                ? try Muon(slices, settings: MuonSettings(), team: team)
                : try AdamW(slices, settings: AdamWSettings(), team: team)
            for _ in 0..<3 { optimizer.step(learningRate: 0.01, gradientScale: 1) }
            return parameters.map { Array($0.values.buffer) }
        }
        #expect(try run(1) == run(3))
    }

    @Test("An optimizer whose state was written into a new one goes on as the old one does", arguments: [false, true])
    func restored(_ muon: Bool) throws {
        func make(_ parameters: [Parameter]) throws -> any Optimizer {
            let team = ThreadTeam(count: 1), slices = parameters.map { ParameterSlice($0) }
            return muon
                ? try Muon(slices, settings: MuonSettings(), team: team)
                : try AdamW(slices, settings: AdamWSettings(), team: team)
        }
        let (old, new) = (try parameters(seed: 3), try parameters(seed: 3))
        let first = try make(old)
        first.step(learningRate: 0.1, gradientScale: 1)
        let second = try make(new)
        for (from, to) in pairs(old, new) { _ = to.values.buffer.update(fromContentsOf: from.values.buffer) }
        #expect(first.state == second.state)
        for index in first.state.indices {
            first.withState(index) { kept in second.withState(index) { _ = $0.update(fromContentsOf: kept) } }
        }
        second.stepCount = first.stepCount
        first.step(learningRate: 0.1, gradientScale: 1)
        second.step(learningRate: 0.1, gradientScale: 1)
        #expect(old.map { Array($0.values.buffer) } == new.map { Array($0.values.buffer) })
    }

    /// The polynomial leaves singular values between 0.68 and 1.13 in exact arithmetic once they began above 0.01 or so;
    /// then x^T X^T X x / |x|^2 is between the squares of those for any x.
    @Test("Orthogonalised matrices stretch nothing much", arguments: [(70, 30), (30, 70), (64, 64)])
    func orthogonal(_ rows: Int, _ columns: Int) throws {
        let orthogonalisation = try Orthogonalisation(
            largest: [(max(rows, columns), min(rows, columns))], team: ThreadTeam(count: 2))
        let matrix = orthogonalisation.input(rows: rows, columns: columns)
        var random = SplitMix(state: 4)
        let before = (0..<rows * columns).map { _ in Float(random.next(below: 2001)) / 1000 - 1 }
        for i in before.indices { matrix.set(i, before[i]) }
        orthogonalisation.run(matrix)
        let short = min(rows, columns)
        for _ in 0..<20 {
            let x = (0..<short).map { _ in Double(random.next(below: 2001)) / 1000 - 1 }
            let stretched = (0..<max(rows, columns)).map { i in
                (0..<short).reduce(0.0) { sum, j in
                    sum + x[j] * Double(matrix.value(rows >= columns ? i * columns + j : j * columns + i))
                }
            }
            let ratio = stretched.reduce(0) { $0 + $1 * $1 } / x.reduce(0) { $0 + $1 * $1 }
            #expect(ratio > 0.4 && ratio < 1.5)
        }
        // The direction is kept: singular vectors are, so the product with the original is positive.
        #expect(before.indices.reduce(0) { $0 + before[$1] * matrix.value($1) } > 0)
    }
}
