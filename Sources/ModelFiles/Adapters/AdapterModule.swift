public import Basics

extension AdapterTarget {
    /// The matrix that is changed.
    package var weight: LayerWeight {
        switch self {
        case .query: .queryWeight
        case .key: .keyWeight
        case .value: .valueWeight
        case .output: .outputWeight
        case .gate: .gateWeight
        case .up: .upWeight
        case .down: .downWeight
        }
    }
}

/// One projection of one layer.
public struct AdapterModule: Sendable, Hashable, Comparable {
    public let layer: Int
    public let target: AdapterTarget

    public init(_ layer: Int, _ target: AdapterTarget) {
        self.layer = layer
        self.target = target
    }

    package var weight: WeightName { .layer(layer, target.weight) }

    /// The name in the model: `model.layers.0.self_attn.q_proj`.
    public var name: String { String(weight.huggingFaceName.dropLast(".weight".count)) }

    /// In the order of a forward pass.
    public static func < (a: Self, b: Self) -> Bool { (a.layer, a.order) < (b.layer, b.order) }

    private var order: Int { AdapterTarget.allCases.firstIndex(of: target) ?? 0 }
}

/// One of a module's two matrices.
public enum AdapterFactor: String, Sendable, Hashable, CaseIterable {
    /// A. [r, K]
    case reduction = "lora_A"
    /// B. [N, r]
    case expansion = "lora_B"
}

/// A matrix of an adapter.
public struct AdapterTensor: Sendable, Hashable {
    public let module: AdapterModule
    public let factor: AdapterFactor
    public let shape: [Int]

    private static let prefix = "base_model.model."

    /// The name in PEFT's files.
    public var name: String { "\(Self.prefix)\(module.name).\(factor.rawValue).weight" }
    public var elementCount: Int { shape.reduce(1, *) }
}
