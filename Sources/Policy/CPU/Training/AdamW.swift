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
    private let parameters: [Parameter]
    private let first: [AlignedBuffer<Float>]
    private let second: [AlignedBuffer<Float>]

    /// - Throws: `MemoryError`.
    init(_ parameters: [Parameter], settings: AdamWSettings, team: ThreadTeam) throws {
        self.parameters = parameters
        self.settings = settings
        self.team = team
        first = try parameters.map { try AlignedBuffer(count: $0.count) }
        second = try parameters.map { try AlignedBuffer(count: $0.count) }
    }

    func step(learningRate: Double, gradientScale: Double) {
        stepCount += 1
        team.run { member in
            for index in parameters.indices {
                member.giveWay()
                var kernel = kernelSettings(learningRate, gradientScale, decays: parameters[index].isMatrix)
                let share = member.share(of: parameters[index].count), begin = share.lowerBound
                attn_adamw(
                    &kernel, parameters[index].values.pointer + begin, first[index].pointer + begin,
                    second[index].pointer + begin, parameters[index].gradient.pointer + begin, share.count)
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

    var values: [(name: String, values: AlignedBuffer<Float>)] {
        zip(parameters, first).map { ("adamw.first.\($0.name)", $1) }
            + zip(parameters, second).map { ("adamw.second.\($0.name)", $1) }
    }
}
