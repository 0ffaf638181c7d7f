import Basics
public import Compute
import DequeModule
public import Foundation
import Guarding
public import Logging
import ModelFiles
public import Policy
package import Threads
import Tokenizing

/// Hosts policies and computes requests for them: the one place that serving, tracing and training draw tokens from.
///
/// Its methods may be called from anywhere. One thread of its own schedules; a team of compute threads runs the
/// kernels. Neither is Swift's cooperative pool or an event loop.
public final class Engine: Sendable {
    public let configuration: EngineConfiguration
    private let logger: Logger
    /// What computes.
    public let backend: any Backend
    private let worker: EngineWorker
    private let policies = Guarded<[String: HostedPolicy]>([:])

    /// - Parameter backend: nil takes this machine's processors.
    public init(
        configuration: EngineConfiguration = EngineConfiguration(), backend: (any Backend)? = nil, logger: Logger
    ) {
        self.configuration = configuration
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

    /// Loads a policy from a Hugging Face directory, or a further version of one. Blocks the calling thread while
    /// weights are read.
    ///
    /// - Parameters:
    ///   - name: Name to serve under; nil takes the directory's.
    ///   - precision: nil chooses by processor and stored format.
    ///   - asNewVersion: Add to the policy of this name and serve new requests with it.
    /// - Throws: `PolicyError`, `TokenizerError`, `MemoryError` or `EngineError`, naming what is wrong and what to do.
    public func load(
        directory: URL, name: String? = nil, precision: Precision? = nil, asNewVersion: Bool = false
    ) throws -> PolicyInfo {
        let name = name ?? directory.standardizedFileURL.lastPathComponent
        let existing = policies.withLock { $0[name] }
        if asNewVersion {
            guard let existing else { throw unknown(name) }
            return try addVersion(directory, to: existing)
        }
        guard existing == nil else { throw EngineError.policyExists(name: name) }
        let loader = loader(directory)
        let loaded = try loader.load(name: name, precision: precision, engine: configuration)
        let runtime = try makeRuntime(for: loaded.info)
        let policy = HostedPolicy(info: loaded.info, weights: loaded.weights, runtime: runtime)
        let isNew = policies.withLock { policies in
            if policies[name] != nil { return false }
            policies[name] = policy
            return true
        }
        guard isNew else { throw EngineError.policyExists(name: name) }
        for warning in loaded.warnings { logger.warning("\(warning)") }
        return policy.info
    }

    private func loader(_ directory: URL) -> PolicyLoader {
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
        let (weights, warnings) = try loader.loadVersion(of: policy.info)
        for warning in warnings { logger.warning("\(warning)") }
        return policy.add(weights: weights) { loader.version($0, weights) }
    }

    /// Takes a policy out of service. Requests in flight end with `EngineError.policyUnloaded`.
    public func unload(_ name: String) throws(EngineError) {
        let policy = try remove(name)
        worker.perform { $0.unload(policy) }
    }

    /// Takes a policy out of service and returns when its requests in flight have ended.
    ///
    /// - Throws: `EngineError` when there is no such policy, `CancellationError` when the task is cancelled; requests go
    ///   on then.
    public func drain(_ name: String) async throws {
        let policy = try remove(name)
        try await policy.requests.waitForNone()
        // Ends what was on its way when the policy was taken out.
        worker.perform { $0.unload(policy) }
    }

    private func remove(_ name: String) throws(EngineError) -> HostedPolicy {
        guard let policy = policies.withLock({ $0.removeValue(forKey: name) }) else { throw unknown(name) }
        return policy
    }

    // MARK: Versions made by training

    /// Takes weights that training has made, as a version to draw from by its number. It is not served or listed before
    /// it is published.
    ///
    /// - Returns: The version's number.
    /// - Throws: `EngineError` when there is no such policy, or the one of that name is a model of another shape or
    ///   precision: another may have been loaded under it.
    public func stage(_ weights: any PolicyWeights, for name: String) throws(EngineError) -> Int {
        let policy = try hosted(name), info = policy.info
        guard weights.configuration == info.configuration && weights.precision == info.precision else {
            throw .notLoadable(reason: "Policy '\(name)' is a model of another shape or precision.")
        }
        return policy.stage(weights: weights)
    }

    /// Reads weights from a folder as a version to draw from by its number, neither served nor listed. Blocks the calling
    /// thread while they are read.
    ///
    /// - Throws: As `load`, also for a folder of another shape.
    public func stage(directory: URL, for name: String) throws -> Int {
        let policy = try hosted(name)
        let loader = loader(directory)
        return policy.stage(weights: try loader.loadVersion(of: policy.info).weights)
    }

    /// Lists a staged version and serves new requests with it; those in flight end with the weights they began with.
    ///
    /// - Parameter directory: The folder that holds these weights.
    public func publish(_ name: String, version: Int, directory: String) throws(EngineError) -> PolicyInfo {
        try hosted(name).publish(version: version, directory: directory)
    }

    /// Forgets a version that is not served. Requests in flight end with its weights all the same.
    public func retire(_ name: String, version: Int) throws(EngineError) {
        let policy = try hosted(name)
        try policy.retire(version: version)
        worker.perform { _ in policy.runtime.cache.forget(version: version) }
    }

    /// Serves new requests with another loaded version of a policy.
    public func serve(_ name: String, version: Int) throws(EngineError) -> PolicyInfo {
        try hosted(name).serve(version: version)
    }

    /// Policies by name.
    public var loadedPolicies: [PolicyInfo] {
        policies.withLock { $0.values.map(\.info) }.sorted { $0.name < $1.name }
    }

    /// One policy; the only one when the name is empty.
    public func policy(_ name: String) throws(EngineError) -> PolicyInfo { try hosted(name).info }

    private func hosted(_ name: String) throws(EngineError) -> HostedPolicy {
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

    /// Takes a request. Its events come through the generation returned.
    ///
    /// - Throws: `EngineError` when the request makes no sense, does not fit, or too many wait.
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
            cancellation: cancellation)
        try worker.submit(running, configuration)
        return generation
    }

    /// What held the engine's thread longest, by its processor time and forward passes apart.
    package var worstHold: HoldWatch.Hold? { worker.worstHold }

    /// Requests in flight: computed or waiting.
    public var requestCount: Int { worker.requestCount }

    /// Stops taking requests and ends those in flight with `EngineError.shuttingDown`.
    public func stop() {
        worker.close()
        worker.perform { $0.remove { _ in .shuttingDown } }
    }
}
