import Compute
import ModelFiles

/// The matrices of an adapter being trained, in this process's memory.
final class CPUAdapterParameters: AdapterParameters, CPUParameterSet, @unchecked Sendable {  // as CPUParameters are
    let configuration: PolicyConfiguration
    let shape: AdapterShape
    /// In the order of `AdapterShape.tensors`.
    let parameters: [Parameter]
    let stages: [Range<Int>]
    private let byTensor: [AdapterTensor: Parameter]

    /// Creates parameters with value 0.
    ///
    /// - Throws: `MemoryError`.
    init(_ shape: AdapterShape, _ configuration: PolicyConfiguration) throws {
        self.shape = shape
        self.configuration = configuration
        let tensors = shape.tensors(configuration)
        parameters = try tensors.map { try Parameter(name: $0.name, shape: $0.shape, isLayerMatrix: true) }
        stages = configuration.gradientStages(of: tensors.map(\.module.weight))
        byTensor = Dictionary(uniqueKeysWithValues: zip(tensors, parameters))
    }

    /// Sets the values of a new adapter, which changes nothing yet: A is uniform in ±1 / sqrt(K), B is 0.
    ///
    /// Source: the initial values of PEFT.
    func begin(seed: UInt64) {
        for (index, tensor) in shape.tensors(configuration).enumerated() {
            guard tensor.factor == .reduction else {
                parameters[index].values.buffer.update(repeating: 0)
                continue
            }
            let random = CounterRandom(seed: seed, stream: UInt64(index))
            let values = parameters[index].values, bound = 1 / Double(tensor.shape[1]).squareRoot()
            for i in 0..<values.count {
                values.pointer[i] = Float((2 * random.uniform(at: UInt64(i)) - 1) * bound)
            }
        }
    }

    func read(_ adapter: AdapterDirectory) throws {
        for (tensor, parameter) in zip(shape.tensors(configuration), parameters) {
            let stored = try adapter.tensor(tensor)
            stored.copyFloats(to: parameter.values.buffer)
            guard TensorFormat.float32.holds(UnsafeBufferPointer(parameter.values.buffer)) else {
                throw PolicyError.notFinite(stored)
            }
            try stored.finishReading()
        }
    }

    func copy(_ tensor: AdapterTensor, to buffer: UnsafeMutableBufferPointer<Float>) {
        _ = buffer.update(fromContentsOf: self[tensor].values.buffer)
    }

    /// - Precondition: The adapter has the matrix.
    subscript(_ tensor: AdapterTensor) -> Parameter {
        guard let parameter = byTensor[tensor] else { preconditionFailure("no parameter \(tensor.name)") }
        return parameter
    }

    /// The base's weights with these values.
    ///
    /// - Throws: `MemoryError`.
    func packed(on base: any PolicyWeights, _ precision: Precision, isTrained: Bool) throws -> AdaptedWeights {
        let adapter = try CPUAdapter(shape, configuration, precision, isTrained: isTrained) {
            UnsafePointer(self[$0].values.pointer)
        }
        return AdaptedWeights(base, adapter)
    }
}
