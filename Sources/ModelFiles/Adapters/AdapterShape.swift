public import Basics

/// What an adapter changes, apart from its numbers: y = x W^T becomes
///
///     y = x W^T + s (x A^T) B^T
///
/// for the matrices W [N, K] of some modules, with A [r, K], B [N, r] and s = alpha / r, or alpha / sqrt(r) if ranks are
/// stabilised.
///
/// Sources: arXiv:2106.09685 (LoRA), arXiv:2312.03732 (the other scale).
public struct AdapterShape: Sendable, Hashable {
    /// r.
    public let rank: Int
    public let alpha: Double
    /// Whether s is alpha / sqrt(r).
    public let stabilisesRank: Bool
    /// Ascending.
    public let modules: [AdapterModule]

    /// - Precondition: The rank is in `AdapterLimits.rank` and alpha is finite.
    public init(rank: Int, alpha: Double, stabilisesRank: Bool = false, modules: [AdapterModule]) {
        precondition(AdapterLimits.rank.contains(rank) && alpha.isFinite, "an adapter of rank \(rank), alpha \(alpha)")
        self.rank = rank
        self.alpha = alpha
        self.stabilisesRank = stabilisesRank
        self.modules = Set(modules).sorted()
    }

    /// An adapter of some projections in every layer.
    public init(
        rank: Int, alpha: Double, stabilisesRank: Bool = false, targets: some Sequence<AdapterTarget>,
        of configuration: PolicyConfiguration
    ) {
        let modules = targets.flatMap { target in (0..<configuration.layerCount).map { AdapterModule($0, target) } }
        self.init(rank: rank, alpha: alpha, stabilisesRank: stabilisesRank, modules: modules)
    }

    /// s.
    public var scale: Double { alpha / (stabilisesRank ? Double(rank).squareRoot() : Double(rank)) }

    /// The projections that are changed in any layer.
    public var targets: [AdapterTarget] {
        let used = Set(modules.map(\.target))
        return AdapterTarget.allCases.filter(used.contains)
    }

    /// Every matrix, module by module, A before B.
    public func tensors(_ configuration: PolicyConfiguration) -> [AdapterTensor] {
        modules.flatMap { module in
            let base = configuration.specification(module.weight).shape
            return [
                AdapterTensor(module: module, factor: .reduction, shape: [rank, base[1]]),
                AdapterTensor(module: module, factor: .expansion, shape: [base[0], rank]),
            ]
        }
    }

    public func parameterCount(_ configuration: PolicyConfiguration) -> Int {
        tensors(configuration).reduce(0) { $0 + $1.elementCount }
    }

    /// Why weights of a configuration cannot have adapters; nil if they can.
    public static func obstacle(_ configuration: PolicyConfiguration) -> String? {
        let named = Set(configuration.tensors.map(\.weight))
        let isPlain = (0..<configuration.layerCount).allSatisfy { layer in
            AdapterTarget.allCases.allSatisfy { named.contains(.layer(layer, $0.weight)) }
        }
        guard isPlain else {
            return "its layers have other projections than \(AdapterTarget.allCases.map(\.rawValue).listed)"
        }
        // Pairs of bfloat16 are read from the middle of rows.
        return configuration.feedForwardSize.isMultiple(of: 2)
            ? nil : "its intermediate_size \(configuration.feedForwardSize) is odd"
    }
}
