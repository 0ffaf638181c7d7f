import Compute

/// An optimizer whose state is in this process's memory.
protocol CPUOptimizer: Optimizer {
    /// Stored: each element is asked for by its index.
    var values: [(state: OptimizerState, values: AlignedBuffer<Float>)] { get }
}

extension CPUOptimizer {
    var state: [OptimizerState] { values.map(\.state) }

    func withState(_ index: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
        try body(values[index].values.buffer)
    }
}

/// Consecutive elements of a parameter, which an optimizer moves.
struct ParameterSlice {
    let parameter: Parameter
    let elements: Range<Int>

    init(_ parameter: Parameter, _ elements: Range<Int>) { (self.parameter, self.elements) = (parameter, elements) }
    init(_ parameter: Parameter) { self.init(parameter, 0..<parameter.count) }

    var count: Int { elements.count }
    var values: UnsafeMutablePointer<Float> { parameter.values.pointer + elements.lowerBound }
    var gradient: UnsafeMutablePointer<Float> { parameter.gradient.pointer + elements.lowerBound }

    /// What an optimizer keeps for it.
    func state(_ kept: String) -> OptimizerState {
        OptimizerState(name: "\(kept).\(parameter.name)", elements: elements, of: parameter.count)
    }
}
