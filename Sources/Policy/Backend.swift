public import Basics
public import Compute
public import ModelFiles
public import Sampling

/// A back end that computes policies: where numbers are stored, and what does the arithmetic.
///
/// The engine and training create everything that depends on it through this protocol and hold it by the protocols
/// below; what to compute is passed as data (`ForwardChunk`, `LogitRequest`, `TrainingBatch`, `TrainingLoss`).
/// `CPUBackend` is the first. Objects made by one back end work only with it: passing it another's weights, for
/// example, ends the process.
///
/// A back end computes one thing at a time. Concurrent work needs one of its own, made by `beside`.
public protocol Backend: Sendable {
    /// The number of threads it computes with.
    var threadCount: Int { get }

    /// A back end of the same kind that runs concurrently with this one, on threads of its own.
    func beside(threads: Int, priority: ThreadPriority) -> any Backend

    /// The fastest lossless precision for a policy stored in 16 bits, or 32.
    func precision(storedIn16Bits: Bool) -> Precision

    /// Bytes of key/value memory for each token.
    func bytesPerToken(_ configuration: PolicyConfiguration, _ precision: Precision) -> Int

    /// Stored weights, ready to compute with. The files can be unmapped afterwards.
    ///
    /// - Throws: `PolicyError` naming the tensor and the file if something is missing, has another shape or does not fit
    ///   the format; `MemoryError`.
    func weights(
        _ files: WeightFiles, _ configuration: PolicyConfiguration, _ format: WeightFormat
    ) throws -> any PolicyWeights

    /// - Throws: `MemoryError` if the system refuses it.
    func keyValueMemory(
        _ configuration: PolicyConfiguration, _ precision: Precision, blocks: Int
    ) throws(MemoryError) -> any KeyValueMemory

    /// - Parameter longest: The most tokens that a sequence will have, whatever context the policy says it has.
    /// - Throws: `MemoryError`.
    func forwardPass(
        _ configuration: PolicyConfiguration, _ precision: Precision, maxRows: Int, longest: Int
    ) throws(MemoryError) -> any ForwardPass

    /// Weights with a stored adapter on them, which share the base's.
    ///
    /// - Parameter precision: That of passes with them.
    /// - Throws: `PolicyError` if a tensor is missing or has another shape; `MemoryError`.
    func weights(
        _ adapter: AdapterDirectory, on base: any PolicyWeights, _ precision: Precision
    ) throws -> any PolicyWeights

    /// Parameters with the values of stored weights, whatever their format.
    ///
    /// - Throws: `PolicyError` if a tensor is missing or has another shape; `MemoryError`.
    func parameters(_ files: WeightFiles, _ configuration: PolicyConfiguration) throws -> any PolicyParameters

    /// Parameters of a new adapter, which changes nothing yet.
    ///
    /// - Parameter seed: Of its random values.
    /// - Throws: `MemoryError`.
    func parameters(
        _ shape: AdapterShape, _ configuration: PolicyConfiguration, seed: UInt64
    ) throws -> any AdapterParameters

    /// The parameters' current values as weights.
    ///
    /// - Throws: `MemoryError`; `PolicyError` if they do not fit the format.
    func weights(of parameters: any PolicyParameters, _ format: WeightFormat) throws -> any PolicyWeights

    /// Weights with the adapter that the parameters are now, which share the base's.
    ///
    /// - Parameter precision: That of passes with them.
    /// - Throws: `MemoryError`.
    func weights(
        of parameters: any AdapterParameters, on base: any PolicyWeights, _ precision: Precision
    ) throws -> any PolicyWeights

    /// - Parameter recomputesActivations: Whether to keep only each layer's residual stream and recompute layers during
    ///   the backward pass: a third more products, for memory that hardly grows with depth.
    /// - Throws: `MemoryError`.
    func trainingPass(
        _ configuration: PolicyConfiguration, _ precision: Precision, maxRows: Int, recomputesActivations: Bool
    ) throws -> any TrainingPass

    /// What training takes, with passes of `rows` rows.
    func trainingMemory(
        _ subject: TrainingSubject, _ configuration: PolicyConfiguration, _ precision: Precision, rows: Int
    ) -> TrainingMemory

    /// - Parameter parts: What it moves, and keeps a state for.
    /// - Precondition: No part of a tensor that the optimizer takes as a whole (`OptimizerSettings.wholeTensors`).
    /// - Throws: `MemoryError`.
    func optimizer(
        _ settings: OptimizerSettings, for parameters: any ParameterSet, of parts: [ParameterPart]
    ) throws -> any Optimizer
}

extension Backend {
    /// An optimizer of all tensors.
    ///
    /// - Throws: `MemoryError`.
    public func optimizer(
        _ settings: OptimizerSettings, for parameters: any ParameterSet
    ) throws -> any Optimizer {
        try optimizer(settings, for: parameters, of: parameters.wholeParts)
    }
}

/// One version of a policy's weights, ready to compute with. Immutable.
public protocol PolicyWeights: AnyObject, Sendable {
    var configuration: PolicyConfiguration { get }
    var format: WeightFormat { get }
    /// The bytes of memory the weights take, apart from a base's that are shared.
    var byteCount: Int { get }
    /// The weights that the adapter changes; these, if there is none. One pass computes all weights with one base.
    var base: any PolicyWeights { get }
    var adapter: (any PolicyAdapter)? { get }
}

extension PolicyWeights {
    public var base: any PolicyWeights { self }
    public var adapter: (any PolicyAdapter)? { nil }
}

/// An adapter, ready to compute with. Immutable.
public protocol PolicyAdapter: AnyObject, Sendable {
    var shape: AdapterShape { get }
    /// The bytes of memory it takes.
    var byteCount: Int { get }
}

/// Keys and values in blocks of `BlockPool.blockTokens` tokens, for all layers and key-value heads; initially zero.
public protocol KeyValueMemory: AnyObject {
    var blockCount: Int { get }
    /// Zeroes blocks.
    func clear(_ blocks: Range<Int>)
    /// Copies a block's contents over another's.
    func copy(_ source: Int32, to target: Int32)
}

/// Computes a policy over chunks of sequences: prefill, decoding and scoring are this one function.
///
/// A row's numbers depend only on its own sequence: a token has the same logits, bit for bit, decoded or scored, alone
/// or with neighbours, from shared blocks or its own.
public protocol ForwardPass: AnyObject {
    /// The most tokens one pass takes, over all chunks.
    var maxRows: Int { get }

    /// Computes the chunks, writes their keys and values into the memory's blocks, and serves the requests for their
    /// logits.
    ///
    /// - Parameters:
    ///   - weights: Without an adapter: chunks name theirs.
    ///   - requests: One for each wanted row, in order of chunks and rows.
    /// - Precondition: Tokens are in the vocabulary, positions within the context, and blocks to be written are
    ///   private.
    func run(
        weights: any PolicyWeights, memory: any KeyValueMemory, chunks: [ForwardChunk], requests: [LogitRequest]
    ) -> LogitResults
}

/// What is trained: float32, tensor by tensor, along with the derivative of the loss with respect to each.
public protocol ParameterSet: AnyObject, Sendable {
    /// The policy's.
    var configuration: PolicyConfiguration { get }

    /// All values and all gradients, a part for each tensor.
    var values: FlatVector { get }
    var gradients: FlatVector { get }

    /// The gradients of the head, of an adapter all: what is compared where those of all weights would be too many.
    var headGradients: [Float] { get }

    /// Tensors whose gradients a pass completes at the same time, in the order in which it does; together they are all.
    var stages: [Range<Int>] { get }
    /// Those tensors that are matrices of layers.
    var layerMatrices: Set<Int> { get }

    func clearGradients()

    /// The sums of the squares of a part's gradients, one for each `ParameterPart.grain` of them, whoever computes the parts.
    /// Not finite where a gradient is not.
    func gradientSquares(of part: ParameterPart) -> [Double]
}

extension ParameterSet {
    /// Every tensor as a part.
    public var wholeParts: [ParameterPart] {
        gradients.parts.indices.map { ParameterPart(tensor: $0, elements: 0..<gradients.parts[$0].count) }
    }

    /// The Euclidean norm of all gradients together. Not finite if any gradient is not.
    public func gradientNorm() -> Double {
        wholeParts.map { (part: $0, squares: gradientSquares(of: $0)) }.norm
    }
}

extension [(part: ParameterPart, squares: [Double])] {
    /// The Euclidean norm of parts that are all gradients, in any order.
    public var norm: Double {
        let inOrder = sorted {
            ($0.part.tensor, $0.part.elements.lowerBound) < ($1.part.tensor, $1.part.elements.lowerBound)
        }
        // Tensor by tensor, so that it does not matter where tensors are divided.
        var sum = 0.0, ofTensor = 0.0
        for (index, (part, squares)) in inOrder.enumerated() {
            for square in squares { ofTensor += square }
            guard index + 1 == inOrder.count || inOrder[index + 1].part.tensor != part.tensor else { continue }
            sum += ofTensor
            ofTensor = 0
        }
        return sum.squareRoot()
    }
}

/// Consecutive elements of a trained tensor.
public struct ParameterPart: Sendable, Hashable {
    /// Tensors are divided behind multiples of so many elements.
    public static let grain = 4096

    /// The number of the tensor.
    public let tensor: Int
    public let elements: Range<Int>

    public init(tensor: Int, elements: Range<Int>) { (self.tensor, self.elements) = (tensor, elements) }

    /// Into how many times `grain` it divides, the last of which may be shorter.
    public var grains: Int { (elements.count + Self.grain - 1) / Self.grain }
}

/// A policy's weights during training, with Hugging Face's shapes and names.
public protocol PolicyParameters: ParameterSet {
    /// Sets the parameters to the values of stored weights.
    ///
    /// - Throws: `PolicyError` if a tensor is missing or has another shape.
    func read(_ files: WeightFiles) throws

    /// Copies elements of a tensor into a buffer of as many floats.
    func copy(_ tensor: TensorSpecification, _ range: Range<Int>, to buffer: UnsafeMutableBufferPointer<Float>)
}

/// An adapter during training; the base's weights stay as they are.
public protocol AdapterParameters: ParameterSet {
    var shape: AdapterShape { get }

    /// Sets the parameters to the values of a stored adapter of this shape.
    ///
    /// - Throws: `PolicyError` if a tensor is missing or has another shape.
    func read(_ adapter: AdapterDirectory) throws

    /// Copies a matrix into a buffer of as many floats.
    func copy(_ tensor: AdapterTensor, to buffer: UnsafeMutableBufferPointer<Float>)
}

/// Takes the number of a stage whose gradients a pass has completed, on a thread of the pass.
public typealias StageCompletion = @Sendable (_ stage: Int) -> Void

/// The forward pass over whole trees of sequences, a loss, and gradients of all parameters.
public protocol TrainingPass: AnyObject {
    /// The most tokens one pass takes, over all trees.
    var maxRows: Int { get }

    /// Logprobs and entropies of every token, without gradients: bit for bit those that sampling reports.
    ///
    /// - Throws: `MemoryError`.
    func score(_ batch: TrainingBatch, weights: any PolicyWeights) throws -> TrainingResult

    /// Computes the loss of every token and adds its gradients to the parameters'.
    ///
    /// - Parameters:
    ///   - weights: A version of `parameters` with their current values; an adapter's on its base. Where it has rounded
    ///     them, into blocks or bfloat16, logprobs are those of the rounded ones, and gradients are taken there.
    ///   - loss: By row of the batch. Rows that begin a sequence, which nothing predicts, do not contribute.
    ///   - completed: Called on a thread of the pass with the number of each of `parameters.stages` to which it has added
    ///     everything, in order; not for a batch without rows.
    /// - Throws: `MemoryError`, before anything is computed.
    func run(
        _ batch: TrainingBatch, weights: any PolicyWeights, parameters: any ParameterSet, loss: TrainingLoss,
        completed: StageCompletion?
    ) throws -> TrainingResult
}

extension TrainingPass {
    /// - Throws: `MemoryError`, before anything is computed.
    public func run(
        _ batch: TrainingBatch, weights: any PolicyWeights, parameters: any ParameterSet, loss: TrainingLoss
    ) throws -> TrainingResult {
        try run(batch, weights: weights, parameters: parameters, loss: loss, completed: nil)
    }
}

/// Moves parameters along their gradients.
public protocol Optimizer: AnyObject {
    /// The number of steps done.
    var stepCount: Int { get set }

    /// Updates the parameters once.
    ///
    /// - Parameters:
    ///   - learningRate: This step's step size.
    ///   - gradientScale: The factor applied to gradients first: 1, or less to clip their norm.
    func step(learningRate: Double, gradientScale: Double)

    /// Everything except `stepCount` that the next step depends on.
    var state: [OptimizerState] { get }

    /// Calls `body` with the values of an element of `state`; what it writes becomes their value.
    func withState(_ index: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows
}

/// A part of the state an optimizer keeps between steps: consecutive elements of what it keeps for a tensor.
public struct OptimizerState: Sendable, Hashable, Codable {
    /// What is kept, and the tensor: `adamw.first.model.norm.weight`.
    public let name: String
    public let elements: Range<Int>
    /// How many elements the tensor has.
    public let total: Int

    public init(name: String, elements: Range<Int>, of total: Int) {
        (self.name, self.elements, self.total) = (name, elements, total)
    }
}

/// The choice of optimizer and its settings.
public enum OptimizerSettings: Sendable, Hashable {
    case adamW(AdamWSettings)
    case muon(MuonSettings)
}

extension OptimizerSettings {
    /// Tensors that must not be divided among optimizers: Muon moves matrices as a whole.
    public func wholeTensors(of parameters: any ParameterSet) -> Set<Int> {
        if case .muon = self { parameters.layerMatrices } else { [] }
    }
}

/// See `AdamW`.
public struct AdamWSettings: Sendable, Hashable {
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var weightDecay: Double

    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }
}

/// See `Muon`.
public struct MuonSettings: Sendable, Hashable {
    public var momentum: Double
    /// Settings for everything except the layers' matrices.
    public var adamW: AdamWSettings

    public init(momentum: Double = 0.95, adamW: AdamWSettings = AdamWSettings()) {
        self.momentum = momentum
        self.adamW = adamW
    }
}
