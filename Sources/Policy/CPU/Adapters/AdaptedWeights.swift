import Compute
import ModelFiles

/// Weights with an adapter on them. The weights are shared.
final class AdaptedWeights: PolicyWeights, Sendable {
    let base: any PolicyWeights
    let adapter: (any PolicyAdapter)?

    init(_ base: any PolicyWeights, _ adapter: CPUAdapter) {
        self.base = base.base
        self.adapter = adapter
    }

    var configuration: PolicyConfiguration { base.configuration }
    var format: WeightFormat { base.format }
    /// Those of the adapter.
    var byteCount: Int { adapter?.byteCount ?? 0 }
}
