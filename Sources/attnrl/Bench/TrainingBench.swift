import Compute
import Foundation
import Policy
import Rollouts

extension PolicyBench {
    /// One training step: forward, backward, AdamW and packing, on sequences of one length; its share of the forward
    /// pass's time, and the memory it takes.
    func training(sequences: Int = 32, length: Int = 256) async throws -> [BenchFigure] {
        let bench = try TrainingBench(policy, team: ThreadTeam(count: engine.configuration.threads))
        let length = min(length, policy.configuration.contextLength)
        let batch = TrainingBatch(
            (0..<sequences).map { index in
                TokenTree((0..<length).map { Int32((31 * $0 + 17 * index) % policy.configuration.vocabularySize) })
            })
        let pass = bench.pass(rows: batch.rowCount)
        let canResetPeak = ProcessMemory.resetPeak(), before = ProcessMemory.resident
        let (forward, step) = await Stopwatch.medians(
            runs: runs, { await Stopwatch.seconds { bench.forward(pass, batch) } },
            { await Stopwatch.seconds { bench.step(pass, batch) } })
        let conditions = "\(sequences) sequences of \(length) tokens"
        var figures = [
            BenchFigure(
                name: "training step", value: Double(batch.rowCount) / step, unit: "tokens/s",
                ratio: ("a forward pass's time", step / forward), conditions: conditions)
        ]
        if canResetPeak {
            figures.append(
                BenchFigure(
                    name: "training memory", value: Double(ProcessMemory.peak - before) / 1e6, unit: "MB",
                    conditions: conditions + ", beside parameters and optimizer"))
        }
        return figures
    }
}

/// Parameters of a policy and an optimizer, to time steps with.
private struct TrainingBench {
    let parameters: ParameterSet
    let optimizer: AdamW
    let precision: Precision
    let team: ThreadTeam

    init(_ policy: PolicyInfo, team: ThreadTeam) throws {
        let directory = try PolicyDirectory(URL(fileURLWithPath: policy.versions[0].directory))
        parameters = try ParameterSet(files: try directory.weights(), configuration: policy.configuration)
        optimizer = AdamW(parameters.parameters, settings: AdamW.Settings(), team: team)
        precision = policy.precision
        self.team = team
    }

    func pass(rows: Int) -> TrainingPass {
        TrainingPass(configuration: parameters.configuration, precision: precision, team: team, maxRows: rows)
    }

    func forward(_ pass: TrainingPass, _ batch: TrainingBatch) {
        _ = pass.score(batch, weights: parameters.packed(precision: precision, team: team))
    }

    func step(_ pass: TrainingPass, _ batch: TrainingBatch) {
        parameters.clearGradients()
        let weights = parameters.packed(precision: precision, team: team), scale = 1 / Float(batch.rowCount)
        _ = pass.run(batch, weights: weights, parameters: parameters) { _, logprob, _ in
            TokenLoss(value: -logprob * scale, logprob: -scale)
        }
        let norm = parameters.gradientNorm()
        optimizer.step(learningRate: 1e-6, gradientScale: norm > 1 ? 1 / norm : 1)
    }
}
