import Compute

/// An optimizer whose state is in this process's memory.
protocol CPUOptimizer: Optimizer {
    /// The state, by name.
    var values: [(name: String, values: AlignedBuffer<Float>)] { get }
}

extension CPUOptimizer {
    var state: [OptimizerState] { values.map { OptimizerState(name: $0.name, count: $0.values.count) } }

    func withState(_ body: (OptimizerState, UnsafeMutableBufferPointer<Float>) throws -> Void) throws {
        for (name, values) in values { try body(OptimizerState(name: name, count: values.count), values.buffer) }
    }
}
