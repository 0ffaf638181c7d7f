import CKernels
import Compute
import Sampling

/// Final normalisation, output projection and loss, a few rows at a time: cross-entropy without holding the logits of
/// all rows.
struct LossHead {
    /// A row that predicts something, with its predictions, which are adjacent.
    fileprivate struct Predictor {
        let row: TrainingBatch.Row
        let predictions: Range<Int>
    }

    /// The results for a row's token; the defaults are for one that nothing predicts.
    fileprivate struct Outcome {
        var logprob = Float.nan
        var entropy = Float.nan
        var loss = TokenLoss()
    }

    private let predictions: FixedArray<TrainingBatch.Prediction>
    private let predictors: FixedArray<Predictor>
    /// By row.
    private let outcomes: FixedArray<Outcome>
    private let loss: TrainingLoss?

    /// - Parameter loss: By row; nil for none.
    init(_ batch: TrainingBatch, _ loss: TrainingLoss?) {
        self.loss = loss
        // Ordered by predicting row.
        let predictions = batch.predictions
        var predictors: [Predictor] = []
        var begin = 0
        while begin < predictions.count {
            var end = begin + 1
            while end < predictions.count, predictions[end].from == predictions[begin].from { end += 1 }
            predictors.append(Predictor(row: predictions[begin].from, predictions: begin..<end))
            begin = end
        }
        self.predictions = FixedArray(predictions)
        self.predictors = FixedArray(predictors)
        outcomes = FixedArray(Array(repeating: Outcome(), count: batch.rowCount))
    }

    /// What the threads read and write; valid while `body` runs.
    struct View {
        fileprivate let predictions: UnsafeBufferPointer<TrainingBatch.Prediction>
        fileprivate let predictors: UnsafeBufferPointer<Predictor>
        fileprivate let outcomes: UnsafeMutablePointer<Outcome>
        fileprivate let loss: TrainingLoss?
    }

    func withView(_ body: (View) -> Void) {
        withExtendedLifetime(self) {
            body(
                View(
                    predictions: predictions.buffer, predictors: predictors.buffer, outcomes: outcomes.pointer,
                    loss: loss))
        }
    }

    /// The threads' results.
    var result: TrainingResult {
        TrainingResult(
            logprobs: outcomes.buffer.map(\.logprob), entropies: outcomes.buffer.map(\.entropy),
            losses: outcomes.buffer.map(\.loss.value), divergences: outcomes.buffer.map(\.loss.divergence),
            isClipped: outcomes.buffer.map(\.loss.isClipped),
            isFinite: predictions.buffer.allSatisfy { outcomes.pointer[$0.row.index].logprob.isFinite })
    }
}

extension LossHead.View {
    /// Computes losses of all rows and, given a gradient pass, derivatives of the residual stream, the head and the
    /// final norm.
    ///
    /// - Parameter pass: Its residual stream is the one after the last layer.
    func run(_ pass: RunningPass, _ gradient: GradientPass?, _ member: TeamMember) {
        gradient?.head.prepare(member)
        member.barrier()
        for begin in stride(from: 0, to: predictors.count, by: pass.space.logitRows) {
            let count = min(pass.space.logitRows, predictors.count - begin)
            func row(_ i: Int) -> Int { predictors[begin + i].row.index }
            for band in Bands(of: count, member) {
                pass.logits(band, row: row)
                for i in band.share {
                    read(predictors[begin + i], pass.space.logits.floats(i), pass.space.logits.width)
                }
                guard let gradient else { continue }
                gradient.dLogits(pass).round(band.share)
                band.barrier()
                gradient.backwardHead(pass, band, row: row)
            }
            member.barrier()
            guard let gradient else { continue }
            gradient.addHead(pass, rows: count, member)
            member.barrier()
        }
    }

    /// Reads a row of logits and replaces it by the loss's derivatives with respect to them.
    private func read(_ predictor: LossHead.Predictor, _ logits: UnsafeMutablePointer<Float>, _ count: Int) {
        let row = UnsafeBufferPointer(start: logits, count: count)
        let maximum = attn_row_max(logits, count)
        guard maximum.isFinite else {
            for i in predictor.predictions { outcomes[predictions[i].row.index].logprob = .nan }
            logits.update(repeating: 0, count: count)
            return
        }
        let sums = LogitSums(row, maximum: maximum), entropy = Float(sums.entropy)
        var scale: Float = 0, entropyScale: Float = 0
        withUnsafeTemporaryAllocation(of: Float.self, capacity: predictor.predictions.count) { derivatives in
            for (k, i) in predictor.predictions.enumerated() {
                let target = predictions[i].row
                let logprob = sums.logprob(ofLogit: logits[Int(predictions[i].token)])
                let loss = loss?.value(at: target, logprob: logprob, entropy: entropy) ?? TokenLoss()
                outcomes[target.index] = LossHead.Outcome(logprob: logprob, entropy: entropy, loss: loss)
                derivatives[k] = loss.dLogprob
                scale += loss.dLogprob
                entropyScale += loss.dEntropy
            }
            attn_logit_gradient(logits, count, Float(sums.logSumExp), scale, entropyScale, entropy)
            for (k, i) in predictor.predictions.enumerated() {
                logits[Int(predictions[i].token)] += derivatives[k]
            }
        }
    }
}
