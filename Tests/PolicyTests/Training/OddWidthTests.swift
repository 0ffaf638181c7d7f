import Basics
import Compute
import ModelFiles
import TestSupport
import Testing

@testable import Policy

/// Real models have widths that are multiples of 64; a configuration may have any.
@Suite("Odd widths")
struct OddWidthTests {
    @Test("Gradients equal central differences of the whole model where no width is even, tensor by tensor")
    func centralDifferences() throws {
        let parameters = try Self.parameters(), team = ThreadTeam(count: 2)
        let pass = try CPUTrainingPass(
            configuration: parameters.configuration, precision: .float32, team: team, maxRows: 64)
        let batch = TrainingBatch([TokenTree((0..<40).map { Int32($0 * 7 % 51) })])
        func loss() throws -> Double {
            let weights = try parameters.packed(as: .float32, team: team)
            let loss = TrainingLoss(.likelihood, scale: (0..<batch.rowCount).map { Double($0 % 3) / 40 })
            return try pass.run(batch, weights: weights, parameters: parameters, loss: loss).loss
        }
        _ = try loss()
        let gradients = parameters.parameters.map { Array($0.gradient.buffer) }
        for (parameter, gradient) in zip(parameters.parameters, gradients) {
            let (slope, norm) = try parameter.slope(along: gradient, of: loss)
            #expect(abs(slope - norm) < 5e-3 * norm, "\(parameter.name): \(slope), not \(norm)")
        }
    }

    private static func parameters() throws -> CPUParameters {
        var configuration = PolicySize.tiny.configuration(family: .llama)
        (configuration.hiddenSize, configuration.feedForwardSize, configuration.vocabularySize) = (33, 45, 51)
        (configuration.layerCount, configuration.tiesEmbeddings) = (2, false)
        (configuration.hasOutputBias, configuration.hasFeedForwardBias) = (true, true)
        let parameters = try CPUParameters(configuration: configuration)
        var random = SplitMix(state: 1)
        for parameter in parameters.parameters {
            let mean: Float = parameter.name.contains("norm") ? 1 : 0
            for i in 0..<parameter.count {
                parameter.values.pointer[i] = mean + Float(random.next(below: 601)) / 1000 - 0.3
            }
        }
        return parameters
    }
}
