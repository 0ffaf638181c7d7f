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
/// step's trees, adds up its part of the gradients, and moves those parameters. All then have the same parameters, and what they get is
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
    /// Of this rank's part of the parameters.
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
        shards = ParameterShards(
            trained.parameters, whole: optimizer.settings.wholeTensors(of: trained.parameters),
            ranks: together.ranks.count)
        self.optimizer = try backend.optimizer(
            optimizer.settings, for: trained.parameters, of: shards.parts[together.ranks.index])
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
        try ranks.agree(on: trees)
        let division = division(of: trees, together)
        var figures = TokenFigures(count: count, groups: division.groups.count)
        for group in division.ownGroups {
            for range in microbatches(of: trees, division.trees(of: group)) {
                try Task.checkCancellation()
                let batch = TrainingBatch(trees[range].map(\.tree))
                let result = try pass(rows: batch.rowCount).score(batch, weights: weights)
                figures.add(result, trees[range].flatMap(\.learnt), group: group)
                ranks.goesOn()
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
        try ranks.agree(on: trees)
        let division = division(of: trees, together), weights = try weights
        var figures = TokenFigures(count: count, groups: division.groups.count)
        func run(_ range: Range<Int>, group: Int, completed: (@Sendable (Int) -> Void)? = nil) throws {
            try Task.checkCancellation()
            let part = trees[range], rows = part.flatMap(\.learnt)
            let batch = TrainingBatch(part.map(\.tree))
            let result = try pass(rows: batch.rowCount).run(
                batch, weights: weights, parameters: parameters, loss: loss(rows), completed: completed)
            figures.add(result, rows, group: group)
            ranks.count { $0.learntTokens += rows.count { $0 != nil } }
        }
        var sum = GradientSum(division.tree)
        for group in division.ownGroups.dropLast() {
            for range in microbatches(of: trees, division.trees(of: group)) { try run(range, group: group) }
            sum.add(parameters.gradients, of: group)
            parameters.clearGradients()
        }
        guard let last = division.ownGroups.last else {
            try adding(GradientNodes(), division, ranks) { _ in }
            return try figures.completed(trees.map(\.learnt), division, among: ranks)
        }
        let ranges = microbatches(of: trees, division.trees(of: last))
        for range in ranges.dropLast() { try run(range, group: last) }
        try adding(sum.finish(parameters.gradients, of: last), division, ranks) { completed in
            if let range = ranges.last { try run(range, group: last, completed: completed) }
        }
        return try figures.completed(trees.map(\.learnt), division, among: ranks)
    }

    /// Adds up gradients of all groups and ranks, each stage as soon as this rank has it.
    ///
    /// - Parameter body: Computes what is missing from the nodes, and calls what it is given, if anything, for each stage
    ///   that is complete.
    private func adding(
        _ nodes: GradientNodes, _ division: StepDivision, _ ranks: Ranks,
        _ body: (StageCompletion?) throws -> Void
    ) throws {
        let gradients = parameters.gradients, tree = division.tree
        let shards = shards
        @Sendable func add(_ stage: Int, _ ranks: Ranks) throws {
            nodes.complete(shards.wholeStages[stage])
            try ranks.sum(
                nodes.nodes, shards: shards.stages[stage], in: tree, into: gradients, "adding gradients")
        }
        guard ranks.count > 1 else {
            try body(nil)
            if division.groups.count > 1 { for stage in shards.stages.indices { try add(stage, ranks) } }
            return
        }
        let sums = StageSums(shards.stages.count, ranks, add: add)
        do { try body(sums.completed) } catch {
            sums.abandon()
            throw error
        }
        try sums.finish()
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
        for stage in shards.stages { try ranks.share(parameters.values, shards: stage, "sharing parameters") }
        return Update(gradientNorm: norm, isApplied: true)
    }

    /// A checksum of all parameters: the same on all ranks.
    var fingerprint: UInt64 {
        var sum = Checksum()
        for part in parameters.values.parts { sum.append(Array(UnsafeRawBufferPointer(part))) }
        return sum.value
    }

    /// Each rank has the gradients of its part.
    private func gradientNorm() throws -> Double {
        var own = RankMessage()
        for part in shards.parts[ranks.index] { own.append(parameters.gradientSquares(of: part)) }
        let squares = try zip(ranks.gather(own.bytes, "measuring gradients"), shards.parts).flatMap { message, parts in
            var message = RankMessage(message)
            return try parts.map { (part: $0, squares: try message.next($0.grains) as [Double]) }
        }
        return squares.norm
    }

    // MARK: State

    private static let stateFile = "optimizer.safetensors"

    /// Saves parameters as a policy's or an adapter's folder, in float32, and the optimizer's state next to it. All ranks
    /// call it, and the first one writes.
    ///
    /// - Parameter template: A folder of the policy, or of an adapter's base, whose configuration, tokenizer and other
    ///   files are copied, or which an adapter names.
    func save(into directory: URL, like template: URL) throws {
        let pieces = try statePieces()
        // The others go on sending what this one cannot write.
        var writer: Result<SafetensorsWriter, any Error>?
        if ranks.isFirst {
            writer = Result {
                try exportPolicy(to: directory.appendingPathComponent("policy"), like: template)
                return try SafetensorsWriter(
                    path: directory.appendingPathComponent(Self.stateFile).path,
                    tensors: pieces.filter { $0.state.elements.lowerBound == 0 }.map {
                        .init(name: $0.state.name, format: .float32, shape: [$0.state.total])
                    })
            }
        }
        for piece in pieces {
            try collect(piece) { bytes in
                guard case .success(let open) = writer else { return }
                do { try open.append(bytes) } catch { writer = .failure(error) }
            }
        }
        try writer?.get().finish()
    }

    /// What a rank's optimizer keeps, the one of this number in its list.
    private struct StatePiece: Codable {
        var rank = 0
        let index: Int
        let state: OptimizerState
    }

    /// What the optimizers of all ranks keep, tensor by tensor and in the order of elements.
    private func statePieces() throws -> [StatePiece] {
        let own = optimizer.state.enumerated().map { StatePiece(index: $0, state: $1) }
        let all = try ranks.gather(Array(try JSONEncoder().encode(own)), "listing the optimizer's state")
        let pieces = try all.enumerated().flatMap { rank, bytes in
            try JSONDecoder().decode([StatePiece].self, from: Data(bytes)).map { piece in
                var piece = piece
                piece.rank = rank
                return piece
            }
        }
        return pieces.sorted {
            ($0.state.name, $0.state.elements.lowerBound) < ($1.state.name, $1.state.elements.lowerBound)
        }
    }

    /// Calls `take` on the first rank with a piece's values.
    private func collect(_ piece: StatePiece, _ take: (UnsafeRawBufferPointer) -> Void) throws {
        var own: [UInt8] = []
        if piece.rank == ranks.index { optimizer.withState(piece.index) { own = Array(UnsafeRawBufferPointer($0)) } }
        let bytes = try ranks.pass(own, from: piece.rank, to: 0, "collecting the optimizer's state")
        if ranks.isFirst { bytes.withUnsafeBytes(take) }
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
        for (index, state) in optimizer.state.enumerated() {
            guard let tensor = try file.tensor(named: state.name), tensor.elementCount == state.total else {
                throw JobError.damagedCheckpoint(
                    path: path, reason: "it has no \(state.name) of \(state.total) numbers.")
            }
            optimizer.withState(index) { tensor.copyFloats(from: state.elements.lowerBound, to: $0) }
            try tensor.finishReading()
        }
        optimizer.stepCount = updates
        packed = nil
    }
}
