import Basics
public import Compute
public import CoreMetrics
import DequeModule
public import Foundation
import Guarding
public import Logging
import Metering
import ModelFiles
public import Policy
package import Threads
import Tokenizing

/// Hosts policies and computes requests for them: the one place where serving, tracing and training draw tokens.
///
/// Its methods may be called from any thread. A dedicated thread schedules; a team of compute threads runs the kernels.
/// Neither uses Swift's cooperative pool or an event loop.
public final class Engine: Sendable {
    public let configuration: EngineConfiguration
    let logger: Logger
    /// The backend that does the computation.
    public let backend: any Backend
    /// Where metrics are recorded.
    public let metrics: any MetricsFactory
    private let worker: EngineWorker
    let policies = Guarded<[String: HostedPolicy]>([:])

    /// - Parameters:
    ///   - backend: nil uses this machine's processors.
    ///   - metrics: See `EngineMetric`.
    public init(
        configuration: EngineConfiguration = EngineConfiguration(), backend: (any Backend)? = nil,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance, logger: Logger
    ) {
        self.configuration = configuration
        self.metrics = metrics
        self.logger = logger
        self.backend = backend ?? CPUBackend(threads: configuration.threads)
        if self.backend.threadCount < configuration.threads {
            logger.warning(
                "the system gives \(self.backend.threadCount) compute threads, not \(configuration.threads)")
        }
        worker = EngineWorker(configuration: configuration, logger: logger)
    }

    deinit { worker.stop() }

    // MARK: Policies

    /// Loads a policy, or a further version of one, from a folder in Hugging Face layout or a GGUF file. Blocks the calling thread while
    /// weights are read.
    ///
    /// - Parameters:
    ///   - name: The name to serve it under; nil uses the name of the folder, the file or the repository.
    ///   - precision: nil chooses by processor and stored format.
    ///   - blocks: What to keep weights in; nil keeps numbers of the precision.
    ///   - base: For an adapter's folder: the policy it is on, whose memory it shares; nil finds the one it names.
    ///   - asNewVersion: Whether to add it to the existing policy of this name and serve new requests with it.
    /// - Throws: `PolicyError`, `TokenizerError`, `MemoryError` or `EngineError`, naming what is wrong and how to fix
    ///   it.
    public func load(
        directory: URL, name: String? = nil, precision: Precision? = nil, blocks: WeightBlocks? = nil,
        base: String? = nil, asNewVersion: Bool = false
    ) throws -> PolicyInfo {
        let name = name ?? ModelLocation.name(of: directory)
        let existing = policies.withLock { $0[name] }
        if asNewVersion {
            guard let existing else { throw unknown(name) }
            return try addVersion(directory, to: existing)
        }
        guard existing == nil else { throw EngineError.policyExists(name: name) }
        if AdapterDirectory.exists(at: directory) {
            guard precision == nil, blocks == nil else {
                throw EngineError.notLoadable(
                    reason:
                        "\(directory.path) is an adapter, which is computed as its base is. Leave precision and weights "
                        + "out.")
            }
            return try loadAdapter(directory, name: name, base: base)
        }
        guard base == nil else {
            throw EngineError.notLoadable(
                reason: "\(directory.path) is no adapter, and only adapters have a base. Leave the base out.")
        }
        guard policies.withLock({ $0.values.count { $0.owner == nil } }) < Self.mostPolicies else {
            throw EngineError.notLoadable(reason: "\(Self.mostPolicies) policies are loaded already. Unload one first.")
        }
        let loader = loader(directory)
        let loaded = try loader.load(name: name, precision: precision, blocks: blocks, engine: configuration)
        let runtime = try makeRuntime(for: loaded.info)
        let policy = HostedPolicy(info: loaded.info, weights: loaded.weights, runtime: runtime, metrics: metrics)
        try host(policy)
        for warning in loaded.warnings { logger.warning("\(warning)") }
        return policy.info
    }

    /// The most policies loaded at the same time, apart from adapters: each takes memory for weights, keys and values.
    private static let mostPolicies = 32

    /// Takes a policy into service.
    func host(_ policy: HostedPolicy) throws(EngineError) {
        let refusal = policies.withLock { policies -> EngineError? in
            if policies[policy.name] != nil { return .policyExists(name: policy.name) }
            if let owner = policy.owner, policies[owner.name] !== owner { return .policyUnloaded(name: owner.name) }
            policies[policy.name] = policy
            return nil
        }
        if let refusal { throw refusal }
    }

    func loader(_ directory: URL) -> PolicyLoader {
        PolicyLoader(
            directory: directory, backend: backend.beside(threads: configuration.threads, priority: .normal))
    }

    private func makeRuntime(for info: PolicyInfo) throws(EngineError) -> HostedPolicy.Runtime {
        do throws(MemoryError) {
            return try HostedPolicy.Runtime(
                info.configuration, info.precision, engine: configuration, backend: backend)
        } catch {
            throw .notLoadable(
                reason: "Policy '\(info.name)' and its key/value cache: \(error.description) "
                    + "A smaller --kv-cache takes less.")
        }
    }

    private func addVersion(_ directory: URL, to policy: HostedPolicy) throws -> PolicyInfo {
        let loader = loader(directory)
        let (weights, warnings) = try loader.loadVersion(of: policy)
        for warning in warnings { logger.warning("\(warning)") }
        let adapter = PolicyInfo.Adapter(weights, base: policy.directory(ofBase: weights))
        let (info, forgotten) = policy.add(weights: weights) { loader.version($0, weights, adapter) }
        for version in forgotten { forgetPrefixes(of: policy, version: version) }
        return info
    }

    private func forgetPrefixes(of policy: HostedPolicy, version: Int) {
        let version = policy.cacheVersion(version)
        worker.perform { _ in policy.runtime.cache.forget(version: version) }
    }

    /// Takes a policy out of service. Requests in flight end with `EngineError.policyUnloaded`.
    public func unload(_ name: String) throws(EngineError) {
        let policy = try remove(name)
        worker.perform { $0.unload(policy) }
    }

    /// Takes a policy out of service and returns once its requests in flight have ended.
    ///
    /// - Throws: `EngineError` if there is no such policy, `CancellationError` if the task is cancelled; the requests
    ///   continue in that case.
    public func drain(_ name: String) async throws {
        let policy = try remove(name)
        try await policy.requests.waitForNone()
        // Ends requests that were on their way when the policy was taken out.
        worker.perform { $0.unload(policy) }
    }

    private func remove(_ name: String) throws(EngineError) -> HostedPolicy {
        let result = policies.withLock { policies -> Result<HostedPolicy, EngineError>? in
            guard let policy = policies[name] else { return nil }
            let guests = policies.values.filter { $0.owner === policy }.map(\.name).sorted()
            guard guests.isEmpty else { return .failure(.hasAdapters(policy: name, adapters: guests)) }
            policies[name] = nil
            return .success(policy)
        }
        guard let result else { throw unknown(name) }
        return try result.get()
    }

    // MARK: Versions made by training

    /// A number for a version of a policy that is to be staged, where several engines are to give it the same.
    public func reserveVersion(_ name: String) throws(EngineError) -> Int { try hosted(name).reserveNumber() }

    /// Adds weights made by training as a version that can be drawn from by its number. It is neither served nor listed
    /// until it is published.
    ///
    /// - Parameter number: One that was reserved, here or by another engine whose versions have the same numbers.
    /// - Returns: The version number.
    /// - Throws: `EngineError` if there is no such policy, or if the policy of that name differs in shape or in what its
    ///   weights are kept in: another may have been loaded under that name.
    public func stage(
        _ weights: any PolicyWeights, for name: String, as number: Int? = nil
    ) throws(EngineError) -> Int {
        let policy = try hosted(name), info = policy.info
        guard weights.configuration.hasShape(of: info.configuration) && weights.format == info.weightFormat else {
            throw .notLoadable(
                reason: "Policy '\(name)' is a model of another shape, or its weights are kept in "
                    + "\(info.weightFormat.name).")
        }
        return policy.stage(weights: weights, as: number)
    }

    /// Reads weights from a folder as a version that can be drawn from by its number but is neither served nor listed.
    /// Blocks the calling thread while they are read.
    ///
    /// - Throws: As `load`, and also if the folder's model has another shape.
    public func stage(directory: URL, for name: String, as number: Int? = nil) throws -> Int {
        let policy = try hosted(name)
        let loader = loader(directory)
        return policy.stage(weights: try loader.loadVersion(of: policy).weights, as: number)
    }

    /// Lists a staged version and serves new requests with it; requests in flight finish with the weights they began
    /// with.
    ///
    /// - Parameter directory: The folder containing these weights.
    public func publish(_ name: String, version: Int, directory: String) throws(EngineError) -> PolicyInfo {
        let policy = try hosted(name)
        let (info, forgotten) = try policy.publish(version: version, directory: directory)
        for version in forgotten { forgetPrefixes(of: policy, version: version) }
        return info
    }

    /// Forgets a version that is not being served. Requests in flight still finish with its weights.
    public func retire(_ name: String, version: Int) throws(EngineError) {
        let policy = try hosted(name)
        try policy.retire(version: version)
        forgetPrefixes(of: policy, version: version)
    }

    /// The weights of a version of a policy.
    public func weights(_ name: String, version: Int) throws(EngineError) -> any PolicyWeights {
        let policy = try hosted(name)
        guard let weights = policy.weights(version) else {
            throw .unknownVersion(policy: name, version: version, loaded: policy.info.versions.map(\.number))
        }
        return weights
    }

    /// Serves new requests with another loaded version of a policy.
    public func serve(_ name: String, version: Int) throws(EngineError) -> PolicyInfo {
        try hosted(name).serve(version: version)
    }

    /// Policies by name.
    public var loadedPolicies: [PolicyInfo] {
        policies.withLock { $0.values.map(\.info) }.sorted { $0.name < $1.name }
    }

    /// The policy of this name, or the only one loaded if the name is empty.
    public func policy(_ name: String) throws(EngineError) -> PolicyInfo { try hosted(name).info }

    func hosted(_ name: String) throws(EngineError) -> HostedPolicy {
        let found = policies.withLock { policies in
            name.isEmpty && policies.count == 1 ? policies.values.first : policies[name]
        }
        guard let found else { throw unknown(name) }
        return found
    }

    private func unknown(_ name: String) -> EngineError {
        .unknownPolicy(name: name, loaded: policies.withLock { $0.keys.sorted() })
    }

    // MARK: Requests

    /// Submits a request. Its events arrive through the returned generation.
    ///
    /// - Throws: `EngineError` if the request is invalid, does not fit, or too many are waiting.
    public func submit(_ request: GenerationRequest) throws(EngineError) -> Generation {
        let policy = try hosted(request.policy)
        let info = policy.info
        try request.validate(for: info)
        let version = request.version ?? info.version
        guard let weights = policy.weights(version) else {
            throw .unknownVersion(policy: info.name, version: version, loaded: info.versions.map(\.number))
        }
        let cancellation = Cancellation()
        let worker = worker
        let generation = Generation(onCancel: { worker.cancel(cancellation) }, onResume: { worker.wake() })
        let running = RunningRequest(
            request: request, policy: policy, info: info, version: version, weights: weights, generation: generation,
            cancellation: cancellation, owner: .current)
        try worker.submit(running, configuration)
        return generation
    }

    /// Counts a response drawn for a tree.
    func countTreeRollout(of policy: String, from origin: DrawRequest.Origin) {
        guard let metrics = policies.withLock({ $0[policy]?.metrics }) else { return }
        switch origin {
        case .prompt: metrics.promptRollouts.increment()
        case .branch: metrics.branchRollouts.increment()
        }
    }

    /// Counts a verdict, such as `CORRECT`, on a response drawn here.
    public func countVerdict(_ verdict: String) {
        EngineMetric.verdicts.counter(metrics, ("verdict", verdict)).increment()
    }

    /// The longest hold of the engine's thread by processor time, not counting forward passes.
    package var worstHold: HoldWatch.Hold? { worker.worstHold }

    /// Forgets the longest hold so far.
    package func forgetWorstHold() { worker.forgetWorstHold() }

    /// The number of requests in flight, whether computing or waiting.
    public var requestCount: Int { worker.requestCount }

    // MARK: Pauses

    /// What happens to responses being computed when the engine pauses.
    public enum PauseMode: Sendable {
        /// They are suspended, and continue later with the weights they began with.
        case keep
        /// They are finished first, except those preempted for lack of memory, which are suspended.
        case wait
        /// All requests end with `EngineError.cancelled`.
        case abort
    }

    /// Stops computing until `resume`; requests are accepted and wait. Returns once the pause is in effect.
    ///
    /// - Throws: `CancellationError` if the task is cancelled while responses are being finished; the engine pauses
    ///   regardless.
    public func pause(_ mode: PauseMode = .keep) async throws {
        worker.setPause(mode == .wait ? .finishing : .paused)
        if mode == .abort { worker.perform { $0.remove { _ in .cancelled } } }
        await worker.catchUp()
        while worker.pause == .finishing { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Resumes computing.
    public func resume() { worker.setPause(.none) }

    public var isPaused: Bool { worker.pause == .paused }

    /// Stops accepting requests and ends those in flight with `EngineError.shuttingDown`.
    public func stop() {
        worker.close()
        worker.perform { $0.remove { _ in .shuttingDown } }
    }
}
