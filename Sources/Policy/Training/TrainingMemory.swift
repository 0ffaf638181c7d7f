public import ModelFiles

/// The memory that training takes, in bytes: as much as is known before it begins.
public struct TrainingMemory: Sendable, Equatable {
    /// Values, gradients and the optimizer's state of what is trained.
    public let parameters: Int
    /// The values as passes read them, apart from a base's.
    public let weights: Int
    /// What a pass of so many rows computes and keeps.
    public let passes: Int

    public var total: Int { parameters + weights + passes }
}

/// What is trained, and how.
public struct TrainingSubject: Sendable {
    /// The adapter; nil for all weights.
    public let adapter: AdapterShape?
    public let optimizer: OptimizerSettings
    public let recomputesActivations: Bool

    public init(adapter: AdapterShape?, optimizer: OptimizerSettings, recomputesActivations: Bool) {
        self.adapter = adapter
        self.optimizer = optimizer
        self.recomputesActivations = recomputesActivations
    }
}

extension TrainingSubject {
    /// The number of values trained, and how many of them are those of layers' matrices.
    func parameterCounts(_ configuration: PolicyConfiguration) -> (all: Int, ofMatrices: Int) {
        if let adapter {
            let count = adapter.parameterCount(configuration)
            return (count, count)
        }
        let matrices = configuration.tensors.filter { tensor in
            if case .layer = tensor.weight { tensor.shape.count > 1 } else { false }
        }
        return (configuration.parameterCount, matrices.reduce(0) { $0 + $1.elementCount })
    }

    /// Values that the optimizer keeps.
    func stateCount(_ configuration: PolicyConfiguration) -> Int {
        let counts = parameterCounts(configuration)
        return switch optimizer {
        case .adamW: 2 * counts.all
        case .muon: 2 * (counts.all - counts.ofMatrices) + counts.ofMatrices
        }
    }
}
