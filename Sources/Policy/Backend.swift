public import Basics
public import Compute
public import ModelFiles
public import Sampling

/// What computes policies: where numbers lie, and who multiplies them.
///
/// The engine and training make all that depends on it through this protocol and hold it by the protocols below; what
/// is to be computed reaches it as data (`ForwardChunk`, `LogitRequest`, `TrainingBatch`, `TrainingLoss`). `CPUBackend`
/// is the first. Things that one back end has made are for it alone: another's weights, say, end the process.
///
/// A back end computes one thing at a time. What is to be computed beside it has one of its own, by `beside`.
public protocol Backend: Sendable {
    /// Threads it computes with.
    var threadCount: Int { get }

    /// The same, computing beside this one with threads of its own.
    func beside(threads: Int, priority: ThreadPriority) -> any Backend

    /// The fastest precision for a policy stored in 16 bits, or 32, that loses nothing of it.
    func precision(storedIn16Bits: Bool) -> Precision

    /// Bytes of key/value memory for each token.
    func bytesPerToken(_ configuration: PolicyConfiguration, _ precision: Precision) -> Int

    /// Stored weights, ready to compute with. The files can be unmapped afterwards.
    ///
    /// - Throws: `PolicyError` naming the tensor, the file and both shapes when something is missing or differs;
    ///   `MemoryError`.
    func weights(
        _ files: WeightFiles, _ configuration: PolicyConfiguration, _ precision: Precision
    ) throws -> any PolicyWeights

    /// - Throws: `MemoryError` when the system refuses it.
    func keyValueMemory(
        _ configuration: PolicyConfiguration, _ precision: Precision, blocks: Int
    ) throws(MemoryError) -> any KeyValueMemory

    /// - Throws: `MemoryError`.
    func forwardPass(
        _ configuration: PolicyConfiguration, _ precision: Precision, maxRows: Int
    ) throws(MemoryError) -> any ForwardPass

    /// Parameters with the values of stored weights, whatever their format.
    ///
    /// - Throws: `PolicyError` when a tensor is missing or has another shape; `MemoryError`.
    func parameters(_ files: WeightFiles, _ configuration: PolicyConfiguration) throws -> any ParameterSet

    /// What parameters are now, as weights.
    ///
    /// - Throws: `MemoryError`.
    func weights(of parameters: any ParameterSet, _ precision: Precision) throws -> any PolicyWeights

    /// - Parameter recomputesActivations: Keep only the residual stream of each layer, and compute layers again on the way
    ///   back: a third more products for a memory that hardly grows with depth.
    /// - Throws: `MemoryError`.
    func trainingPass(
        _ configuration: PolicyConfiguration, _ precision: Precision, maxRows: Int, recomputesActivations: Bool
    ) throws -> any TrainingPass

    /// - Throws: `MemoryError`.
    func optimizer(_ settings: OptimizerSettings, for parameters: any ParameterSet) throws -> any Optimizer
}

/// One version of a policy's weights, ready to compute with. Immutable.
public protocol PolicyWeights: AnyObject, Sendable {
    var configuration: PolicyConfiguration { get }
    var precision: Precision { get }
    /// Bytes the weights take in memory.
    var byteCount: Int { get }
}

/// Keys and values in blocks of `BlockPool.blockTokens` tokens, of all layers and key-value heads; zero at first.
public protocol KeyValueMemory: AnyObject {
    var blockCount: Int { get }
    /// Zeroes blocks.
    func clear(_ blocks: Range<Int>)
    /// Copies a block's contents over another's.
    func copy(_ source: Int32, to target: Int32)
}

/// Computes a policy over chunks of sequences: prefill, decoding and scoring are this one function.
///
/// A row's numbers depend on its own sequence alone: a token has the same logits, bit for bit, decoded or scored, alone
/// or with neighbours, from shared blocks or its own.
public protocol ForwardPass: AnyObject {
    /// Tokens of all chunks together that one pass takes.
    var maxRows: Int { get }

    /// Computes the chunks, writes their keys and values into the memory's blocks, and does what is asked of their logits.
    ///
    /// - Parameter requests: One for each wanted row, in order of chunks and rows.
    /// - Precondition: Tokens are in the vocabulary, positions within the context, blocks private where written to.
    func run(
        weights: any PolicyWeights, memory: any KeyValueMemory, chunks: [ForwardChunk], requests: [LogitRequest]
    ) -> LogitResults
}

/// A policy's weights as they are trained: float32, tensor by tensor in Hugging Face's shapes and names, with the
/// derivative of the loss with respect to each.
public protocol ParameterSet: AnyObject, Sendable {
    var configuration: PolicyConfiguration { get }

    /// Takes the values of stored weights.
    ///
    /// - Throws: `PolicyError` when a tensor is missing or has another shape.
    func read(_ files: WeightFiles) throws

    /// Elements of a tensor, into a buffer of as many floats.
    func copy(_ tensor: TensorSpecification, _ range: Range<Int>, to buffer: UnsafeMutableBufferPointer<Float>)

    func clearGradients()

    /// The Euclidean norm of all gradients together. Not finite when a gradient is not.
    func gradientNorm() -> Double
}

/// The forward pass over whole trees of sequences, a loss, and gradients of all parameters.
public protocol TrainingPass: AnyObject {
    /// Tokens of all trees together that one pass takes.
    var maxRows: Int { get }

    /// Log-probabilities and entropies of every token, without gradients: those that sampling reports, bit for bit.
    ///
    /// - Throws: `MemoryError`.
    func score(_ batch: TrainingBatch, weights: any PolicyWeights) throws -> TrainingResult

    /// Computes the loss of every token and adds its gradients to the parameters'.
    ///
    /// - Parameters:
    ///   - weights: A version of `parameters` as they are.
    ///   - loss: By row of the batch. Rows that begin a sequence, which nothing predicts, have no part in it.
    /// - Throws: `MemoryError`, before anything is computed.
    func run(
        _ batch: TrainingBatch, weights: any PolicyWeights, parameters: any ParameterSet, loss: TrainingLoss
    ) throws -> TrainingResult
}

/// What moves parameters along their gradients.
public protocol Optimizer: AnyObject {
    /// Steps done.
    var stepCount: Int { get set }

    /// Moves the parameters once.
    ///
    /// - Parameters:
    ///   - learningRate: Step size of this step.
    ///   - gradientScale: What gradients are multiplied with first: 1, or less to clip their norm.
    func step(learningRate: Double, gradientScale: Double)

    /// Everything beside `stepCount` that the next step depends on, by name and count: `adamw.first.model.norm.weight`.
    var state: [OptimizerState] { get }

    /// Shows the values of each part of the state, in order; what `body` writes is its value then.
    func withState(_ body: (OptimizerState, UnsafeMutableBufferPointer<Float>) throws -> Void) throws
}

/// A part of what an optimizer keeps between steps.
public struct OptimizerState: Sendable, Hashable {
    public let name: String
    public let count: Int
}

/// Which optimizer, and how it is set.
public enum OptimizerSettings: Sendable, Hashable {
    case adamW(AdamWSettings)
    case muon(MuonSettings)
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
    /// Of what is not a matrix of a layer.
    public var adamW: AdamWSettings

    public init(momentum: Double = 0.95, adamW: AdamWSettings = AdamWSettings()) {
        self.momentum = momentum
        self.adamW = adamW
    }
}
