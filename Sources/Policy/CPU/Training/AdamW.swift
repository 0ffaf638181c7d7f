import CKernels
import Compute
import ModelFiles

#if canImport(Glibc)
import Glibc
#endif

/// Adam with decoupled weight decay:
///
///     m = b1 m + (1 - b1) g            v = b2 v + (1 - b2) g^2
///     w = w - rate (m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon) + decay w)
///
/// Matrices decay; norms and biases do not. Elementwise, so the result does not depend on the number of threads.
///
/// Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (arXiv:1711.05101).
final class AdamW: CPUOptimizer {
    var stepCount = 0
    private let settings: AdamWSettings
    private let team: ThreadTeam
    private let slices: [ParameterSlice]
    private let first: [AlignedBuffer<Float>]
    private let second: [AlignedBuffer<Float>]
    let values: [(state: OptimizerState, values: AlignedBuffer<Float>)]

    /// - Throws: `MemoryError`.
    init(_ slices: [ParameterSlice], settings: AdamWSettings, team: ThreadTeam) throws {
        self.slices = slices
        self.settings = settings
        self.team = team
        first = try slices.map { try AlignedBuffer(count: $0.count) }
        second = try slices.map { try AlignedBuffer(count: $0.count) }
        values =
            zip(slices, first).map { ($0.state("adamw.first"), $1) }
            + zip(slices, second).map { ($0.state("adamw.second"), $1) }
    }

    func step(learningRate: Double, gradientScale: Double) {
        stepCount += 1
        team.run { member in
            for (index, slice) in slices.enumerated() {
                member.giveWay()
                var kernel = kernelSettings(learningRate, gradientScale, decays: slice.parameter.isMatrix)
                let share = member.share(of: slice.count), begin = share.lowerBound
                attn_adamw(
                    &kernel, slice.values + begin, first[index].pointer + begin, second[index].pointer + begin,
                    slice.gradient + begin, share.count)
            }
        }
    }

    private func kernelSettings(_ rate: Double, _ scale: Double, decays: Bool) -> attn_adamw_settings {
        attn_adamw_settings(
            learning_rate: Float(rate), beta1: Float(settings.beta1), beta2: Float(settings.beta2),
            epsilon: Float(settings.epsilon), weight_decay: decays ? Float(settings.weightDecay) : 0,
            correction1: Float(1 - pow(settings.beta1, Double(stepCount))),
            correction2: Float(1 - pow(settings.beta2, Double(stepCount))), gradient_scale: Float(scale))
    }
}
