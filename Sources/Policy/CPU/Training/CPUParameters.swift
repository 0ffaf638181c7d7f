import Basics
import CKernels
import Compute
import ModelFiles

/// One trained tensor: its float32 values, and the gradient that passes add to.
final class Parameter: @unchecked Sendable {  // the trainer's thread and its team, one phase after the other
    /// The name in files.
    let name: String
    let shape: [Int]
    /// Whether it is a matrix of a layer.
    let isLayerMatrix: Bool
    let values: AlignedBuffer<Float>
    /// The derivative of the loss, summed over passes since it was last cleared.
    let gradient: AlignedBuffer<Float>

    init(name: String, shape: [Int], isLayerMatrix: Bool) throws(MemoryError) {
        (self.name, self.shape, self.isLayerMatrix) = (name, shape, isLayerMatrix)
        values = try AlignedBuffer(count: shape.reduce(1, *))
        gradient = try AlignedBuffer(count: shape.reduce(1, *))
    }

    convenience init(_ specification: TensorSpecification) throws(MemoryError) {
        let isOfLayer = if case .layer = specification.weight { true } else { false }
        try self.init(
            name: specification.name, shape: specification.shape,
            isLayerMatrix: isOfLayer && specification.shape.count > 1)
    }

    var count: Int { values.count }
    var isMatrix: Bool { shape.count > 1 }
    /// Columns of a matrix, or elements of a vector.
    var columns: Int { shape[shape.count - 1] }
    var rows: Int { count / columns }

    /// The values, viewed as a tensor that weights can be read from.
    var view: TensorView {
        TensorView(
            name: name, format: .float32, shape: shape, file: "memory",
            bytes: UnsafeRawBufferPointer(UnsafeBufferPointer(values.buffer)), owner: values)
    }
}

/// Trained tensors in this process's memory.
protocol CPUParameterSet: ParameterSet {
    var parameters: [Parameter] { get }
}

extension CPUParameterSet {
    func clearGradients() {
        for parameter in parameters { parameter.gradient.buffer.update(repeating: 0) }
    }

    /// Each sum is taken in float32 lanes.
    func gradientSquares(of part: ParameterPart) -> [Double] {
        let elements = part.elements, gradient = parameters[part.tensor].gradient.pointer
        return stride(from: elements.lowerBound, to: elements.upperBound, by: ParameterPart.grain).map { start in
            attn_sum_of_squares(gradient + start, min(ParameterPart.grain, elements.upperBound - start))
        }
    }

    var layerMatrices: Set<Int> { Set(parameters.indices.filter { parameters[$0].isLayerMatrix }) }

    var values: FlatVector { FlatVector(parameters.map(\.values.buffer), of: self) }
    var headGradients: [Float] { gradients.numbers }
    var gradients: FlatVector { FlatVector(parameters.map(\.gradient.buffer), of: self) }
}

/// Parameters in this process's memory.
///
/// These are the master weights. `packed` makes the weights used for computation from them, in any format;
/// `CPUTrainingPass` computes the gradients with respect to them.
final class CPUParameters: PolicyParameters, CPUParameterSet, @unchecked Sendable {  // the trainer's, phase by phase
    let configuration: PolicyConfiguration
    /// In the order of `PolicyConfiguration.tensors`.
    let parameters: [Parameter]
    private let byName: [WeightName: Parameter]

    /// Creates parameters with value 0.
    ///
    /// - Throws: `MemoryError`.
    init(configuration: PolicyConfiguration) throws {
        self.configuration = configuration
        let tensors = configuration.tensors
        parameters = try tensors.map { try Parameter($0) }
        stages = configuration.gradientStages(of: tensors.map(\.weight))
        byName = Dictionary(uniqueKeysWithValues: zip(tensors.map(\.weight), parameters))
    }

    /// Creates parameters with the values of stored weights, whatever their format.
    ///
    /// - Throws: `PolicyError` if a tensor is missing or has another shape; `MemoryError`.
    convenience init(files: WeightFiles, configuration: PolicyConfiguration) throws {
        try self.init(configuration: configuration)
        try read(files)
    }

    /// Casts to this back end's parameters.
    static func own(_ parameters: any PolicyParameters) -> CPUParameters {
        guard let parameters = parameters as? CPUParameters else {
            preconditionFailure("parameters of another back end")
        }
        return parameters
    }

    func read(_ files: WeightFiles) throws {
        for (specification, parameter) in zip(configuration.tensors, parameters) {
            let tensor = try files.tensor(specification.weight)
            tensor.copyFloats(to: parameter.values.buffer)
            try tensor.finishReading()
        }
    }

    func copy(_ tensor: TensorSpecification, _ range: Range<Int>, to buffer: UnsafeMutableBufferPointer<Float>) {
        _ = buffer.update(fromContentsOf: self[tensor.weight].values.buffer[range])
    }

    let stages: [Range<Int>]

    /// A head that is tied to the embeddings has their gradient, too.
    var headGradients: [Float] { Array((optional(.output) ?? self[.embedding]).gradient.buffer) }

    /// The tensor of this name.
    ///
    /// - Precondition: The configuration has it.
    subscript(_ weight: WeightName) -> Parameter {
        guard let parameter = byName[weight] else { preconditionFailure("no parameter \(weight.huggingFaceName)") }
        return parameter
    }

    /// The tensor, if the configuration has it.
    func optional(_ weight: WeightName) -> Parameter? { byName[weight] }

    /// A version of the policy with these values, ready to compute with.
    ///
    /// - Throws: `MemoryError`; `PolicyError` if they do not fit the format.
    func packed(as format: WeightFormat, team: ThreadTeam) throws -> CPUWeights {
        try CPUWeights(parameters: self, format: format, team: team)
    }
}
