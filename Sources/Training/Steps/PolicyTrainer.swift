import Basics
public import Compute
public import Foundation
public import Jobs
public import ModelFiles
public import Policy
public import Ranks
import Rollouts

/// Parameters being trained, those of a policy or of an adapter on one, with their optimizer: passes over trees, updates,
/// and the state that a job resumes from.
///
/// Several ranks may train one policy, each with a trainer of its own that is asked the same: each computes some of a
/// step's trees, adds up some tensors' gradients, and moves those. All then have the same parameters, and what they get is
/// the same, bit for bit as if one had done it all.
///
/// Used by one thread. Its compute threads run at the system's lowest priority, so that requests to served policies
/// come first.
public final class PolicyTrainer {
    public let configuration: PolicyConfiguration
    public let precision: Precision
    /// What the passes' weights are kept in. Parameters are float32 whatever it is.
    public let weightFormat: WeightFormat
    private let trained: Trained
    /// Runs concurrently with the engine's backend.
    let backend: any Backend
    /// Of this rank's tensors.
    private let optimizer: any Optimizer
    private let together: Together
    private let shards: ParameterShards
    private let clipNorm: Double
    private let budget: Int
    private let recomputes: Bool
    private var pass: (any TrainingPass)?
    /// The packed parameters; valid until they change.
    private var packed: (any PolicyWeights)?

    /// What is trained.
    private enum Trained {
        case weights(any PolicyParameters)
        case adapter(any AdapterParameters, on: any PolicyWeights)

        var parameters: any ParameterSet {
            switch self {
            case .weights(let parameters): parameters
            case .adapter(let parameters, _): parameters
            }
        }
    }

    /// Who trains the policy together.
    public struct Together: Sendable {
        public var ranks: Ranks
        /// Into how many groups a step's trees are divided; see `StepDivision`.
        public var groups: Int

        public init(ranks: Ranks = .alone, groups: Int = 1) { (self.ranks, self.groups) = (ranks, groups) }
    }

    private var ranks: Ranks { together.ranks }

    /// Trains all weights of a policy.
    ///
    /// - Parameters:
    ///   - backend: The engine's; training computes concurrently with it.
    ///   - directory: The folder of the policy whose weights training begins with.
    /// - Throws: `PolicyError` if they cannot be read.
    public convenience init(
        backend: any Backend, directory: URL, precision: Precision, weightFormat: WeightFormat,
        optimizer: OptimizerSpecification, compute: ComputeSpecification, microbatchTokens: Int,
        together: Together = Together()
    ) throws {
        let stored = try PolicyDirectory(directory)
        let backend = Self.beside(backend, compute)
        let parameters = try backend.parameters(try stored.weights(), stored.configuration)
        try self.init(
            backend, .weights(parameters), precision, weightFormat, optimizer, compute, microbatchTokens, together)
    }

    /// Trains an adapter.
    ///
    /// - Parameters:
    ///   - shape: The adapter's.
    ///   - base: The weights it is on, which are shared.
    ///   - directory: The folder of the adapter that training begins with; nil begins with a new one.
    ///   - seed: Of a new adapter's values.
    /// - Throws: `PolicyError` if the adapter cannot be read; `MemoryError`.
    public convenience init(
        _ shape: AdapterShape, on base: any PolicyWeights, from directory: URL?, seed: UInt64, backend: any Backend,
        precision: Precision, optimizer: OptimizerSpecification, compute: ComputeSpecification, microbatchTokens: Int,
        together: Together = Together()
    ) throws {
        let backend = Self.beside(backend, compute)
        let parameters = try backend.parameters(shape, base.configuration, seed: seed)
        if let directory { try parameters.read(try AdapterDirectory(directory, base: base.configuration)) }
        try self.init(
            backend, .adapter(parameters, on: base), precision, base.format, optimizer, compute, microbatchTokens,
            together)
    }

    private init(
        _ backend: any Backend, _ trained: Trained, _ precision: Precision, _ weightFormat: WeightFormat,
        _ optimizer: OptimizerSpecification, _ compute: ComputeSpecification, _ microbatchTokens: Int,
        _ together: Together
    ) throws {
        (self.backend, self.trained, self.together) = (backend, trained, together)
        (self.precision, self.weightFormat) = (precision, weightFormat)
        configuration = trained.parameters.configuration
        shards = ParameterShards(trained.parameters.gradients, ranks: together.ranks.count)
        self.optimizer = try backend.optimizer(
            optimizer.settings, for: trained.parameters, of: shards.tensors[together.ranks.index])
        clipNorm = optimizer.clipNorm
        budget = microbatchTokens
        recomputes = compute.recompute
    }

    private static func beside(_ backend: any Backend, _ compute: ComputeSpecification) -> any Backend {
        backend.beside(threads: compute.threads ?? EngineConfiguration.processorCount, priority: .background)
    }

    private var parameters: any ParameterSet { trained.parameters }

    /// A version with the current parameters.
    public var weights: any PolicyWeights {
        get throws {
            if let packed { return packed }
            let weights =
                switch trained {
                case .weights(let parameters): try backend.weights(of: parameters, weightFormat)
                case .adapter(let parameters, let base): try backend.weights(of: parameters, on: base, precision)
                }
            packed = weights
            return weights
        }
    }

    /// The same to be served with a policy.
    ///
    /// - Parameter base: For an adapter: the weights that the policy has in memory.
    func weights(for policy: PolicyInfo, on base: (any PolicyWeights)?) throws -> any PolicyWeights {
        switch trained {
        case .weights(let parameters) where policy.weightFormat != weightFormat:
            return try backend.weights(of: parameters, policy.weightFormat)
        case .adapter(let parameters, let own):
            if let base, base !== own { return try backend.weights(of: parameters, on: base, policy.precision) }
        default: break
        }
        return try weights
    }

    /// Stored weights of the same policy, ready to compute with, or a stored adapter on the base.
    func stored(_ directory: URL) throws -> any PolicyWeights {
        guard case .adapter(_, let base) = trained else {
            return try backend.weights(try PolicyDirectory(directory).weights(), configuration, weightFormat)
        }
        guard AdapterDirectory.exists(at: directory) else { return base }
        return try backend.weights(try AdapterDirectory(directory, base: configuration), on: base, precision)
    }

    // MARK: Passes

    /// Logprobs of the trees' learnt tokens under the given weights.
    ///
    /// - Parameter count: The number of tokens the step trains on, including those of other trees.
    func score(_ trees: [TrainingTree], count: Int, weights: any PolicyWeights) throws -> TokenFigures {
        let division = division(of: trees, together)
        var figures = TokenFigures(count: count, groups: division.groups.count)
        for group in division.ownGroups {
            for range in microbatches(of: trees, division.trees(of: group)) {
                try Task.checkCancellation()
                let batch = TrainingBatch(trees[range].map(\.tree))
                let result = try pass(rows: batch.rowCount).score(batch, weights: weights)
                figures.add(result, trees[range].flatMap(\.learnt), group: group)
            }
        }
        return try figures.completed(trees.map(\.learnt), division, among: ranks)
    }

    /// Adds the gradients of the trees' tokens. With several groups, there must be none before, and with several ranks
    /// each has those of its shard then.
    ///
    /// - Parameters:
    ///   - count: The number of tokens the step trains on, including those of other trees.
    ///   - isAlone: Whether this rank computes all of them, for gradients that are to be looked at.
    ///   - loss: The loss of a pass, given the token of each row; nil for a row that is not learnt.
    func accumulate(
        _ trees: [TrainingTree], count: Int, isAlone: Bool = false,
        loss: (_ rows: [LearntToken?]) -> TrainingLoss
    ) throws -> TokenFigures {
        let together = isAlone ? Together() : together, ranks = together.ranks
        let division = division(of: trees, together), weights = try weights
        var figures = TokenFigures(count: count, groups: division.groups.count)
        var sum = GradientSum(division.tree)
        for group in division.ownGroups {
            for range in microbatches(of: trees, division.trees(of: group)) {
                try Task.checkCancellation()
                let part = trees[range], rows = part.flatMap(\.learnt)
                let batch = TrainingBatch(part.map(\.tree))
                let result = try pass(rows: batch.rowCount).run(
                    batch, weights: weights, parameters: parameters, loss: loss(rows))
                figures.add(result, rows, group: group)
            }
            if division.groups.count > 1 {
                sum.add(parameters.gradients, of: group)
                parameters.clearGradients()
            }
        }
        if division.groups.count > 1 || ranks.count > 1 {
            try ranks.sum(
                sum.nodes(orAlone: parameters.gradients, division), shards: shards.elements, in: division.tree,
                into: parameters.gradients, "adding gradients")
        }
        return try figures.completed(trees.map(\.learnt), division, among: ranks)
    }

    private func division(of trees: [TrainingTree], _ together: Together) -> StepDivision {
        StepDivision(sizes: trees.map(\.tokenCount), groups: together.groups, together.ranks)
    }

    /// Splits trees into passes of bounded size, in order; a tree that exceeds the budget gets its own pass. So a
    /// step's result depends on the budget only through rounding.
    private func microbatches(of trees: [TrainingTree], _ group: Range<Int>) -> [Range<Int>] {
        ranges(ofSizes: trees[group].map(\.tokenCount), upTo: budget).map { range in
            group.lowerBound + range.lowerBound..<group.lowerBound + range.upperBound
        }
    }

    /// A pass that takes this many rows, and not many more: the budget may be far beyond what is ever needed, and
    /// beyond the machine's memory.
    private func pass(rows: Int) throws -> any TrainingPass {
        if let pass, pass.maxRows >= rows { return pass }
        pass = nil
        let made = try backend.trainingPass(
            configuration, precision, maxRows: max(rows, min(budget, 2 * rows)), recomputesActivations: recomputes)
        pass = made
        return made
    }

    // MARK: Updates

    /// The outcome of an update.
    struct Update {
        /// Norm of all gradients together, before clipping.
        let gradientNorm: Double
        /// Whether parameters were moved.
        let isApplied: Bool
    }

    func clearGradients() { parameters.clearGradients() }

    /// The gradients that passes have added up since they were cleared.
    var gradients: [Float] { parameters.gradients.numbers }
    var headGradients: [Float] { parameters.headGradients }

    /// Moves the parameters along the gradients, clipped to the maximum norm. Does nothing if the norm or the rate is
    /// not finite.
    func update(learningRate: Double) throws -> Update {
        let norm = try gradientNorm()
        guard norm.isFinite, learningRate.isFinite else { return Update(gradientNorm: norm, isApplied: false) }
        optimizer.step(learningRate: learningRate, gradientScale: norm > clipNorm ? clipNorm / norm : 1)
        packed = nil
        try ranks.share(parameters.values, shards: shards.elements, "sharing parameters")
        return Update(gradientNorm: norm, isApplied: true)
    }

    /// A checksum of all parameters: the same on all ranks.
    var fingerprint: UInt64 {
        var sum = Checksum()
        for part in parameters.values.parts { sum.append(Array(UnsafeRawBufferPointer(part))) }
        return sum.value
    }

    /// Each rank has the gradients of its tensors; the squares are added up tensor by tensor.
    private func gradientNorm() throws -> Double {
        var own = RankMessage()
        own.append(parameters.gradientSquares(of: shards.tensors[ranks.index]))
        let squares = try zip(ranks.gather(own.bytes, "measuring gradients"), shards.tensors).flatMap {
            message, tensors in
            var message = RankMessage(message)
            return try message.next(tensors.count) as [Double]
        }
        return squares.reduce(0, +).squareRoot()
    }

    // MARK: State

    private static let stateFile = "optimizer.safetensors"

    /// Saves parameters as a policy's or an adapter's folder, in float32, and the optimizer's state next to it. All ranks
    /// call it, and the first one writes.
    ///
    /// - Parameter template: A folder of the policy, or of an adapter's base, whose configuration, tokenizer and other
    ///   files are copied, or which an adapter names.
    func save(into directory: URL, like template: URL) throws {
        let states = try collectedStates()
        // The others go on sending what this one cannot write.
        var writer: Result<SafetensorsWriter, any Error>?
        if ranks.isFirst {
            writer = Result {
                try exportPolicy(to: directory.appendingPathComponent("policy"), like: template)
                return try SafetensorsWriter(
                    path: directory.appendingPathComponent(Self.stateFile).path,
                    tensors: states.joined().map { .init(name: $0.name, format: .float32, shape: [$0.count]) })
            }
        }
        for (rank, states) in states.enumerated() {
            try forEachState(states, of: rank) { bytes in
                guard case .success(let open) = writer else { return }
                do { try open.append(bytes) } catch { writer = .failure(error) }
            }
        }
        try writer?.get().finish()
    }

    /// What the optimizers of all ranks keep, by rank.
    private func collectedStates() throws -> [[OptimizerState]] {
        let own = optimizer.state.map { "\($0.count) \($0.name)" }.joined(separator: "\n")
        return try ranks.gather(Array(own.utf8), "listing the optimizer's state").map { list in
            String(decoding: list, as: UTF8.self).split(separator: "\n").map { line in
                let parts = line.split(separator: " ", maxSplits: 1)
                return OptimizerState(name: String(parts[1]), count: Int(parts[0])!)
            }
        }
    }

    /// Calls `take` on the first rank with each part of a rank's state, in order.
    private func forEachState(
        _ states: [OptimizerState], of rank: Int, _ take: (UnsafeRawBufferPointer) -> Void
    ) throws {
        func pass(_ values: [UInt8]) throws {
            let bytes = try ranks.pass(values, from: rank, to: 0, "collecting the optimizer's state")
            if ranks.isFirst { bytes.withUnsafeBytes(take) }
        }
        guard rank == ranks.index else {
            for _ in states { try pass([]) }
            return
        }
        try optimizer.withState { _, values in
            if ranks.isFirst {
                take(UnsafeRawBufferPointer(values))
            } else {
                try pass(Array(UnsafeRawBufferPointer(values)))
            }
        }
    }

    /// Writes parameters as a policy's or an adapter's folder, in float32.
    func exportPolicy(to folder: URL, like template: URL) throws {
        switch trained {
        case .weights(let parameters):
            var exporter = try PolicyExporter(like: template)
            exporter.format = .float32
            exporter.isUntrained = false
            try exporter.write(to: folder) { tensor, range, buffer in
                parameters.copy(tensor, range, to: buffer)
            }
        case .adapter(let parameters, _):
            try AdapterExporter(parameters.shape, of: configuration, baseName: template.path).write(to: folder) {
                parameters.copy($0, to: $1)
            }
        }
    }

    /// Restores what `save` wrote.
    ///
    /// - Parameter updates: The number of updates done by then.
    func restore(from directory: URL, updates: Int) throws {
        let folder = directory.appendingPathComponent("policy")
        switch trained {
        case .weights(let parameters): try parameters.read(try PolicyDirectory(folder).weights())
        case .adapter(let parameters, _): try parameters.read(try AdapterDirectory(folder, base: configuration))
        }
        let path = directory.appendingPathComponent(Self.stateFile).path
        let file = try SafetensorsFile(path: path)
        try optimizer.withState { entry, values in
            guard let tensor = try file.tensor(named: entry.name), tensor.elementCount == entry.count else {
                throw JobError.damagedCheckpoint(
                    path: path, reason: "it has no \(entry.name) of \(entry.count) numbers.")
            }
            tensor.copyFloats(to: values)
            try tensor.finishReading()
        }
        optimizer.stepCount = updates
        packed = nil
    }
}
