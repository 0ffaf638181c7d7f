import Basics
import Compute
import CoreMetrics
import Foundation
import Guarding
import Influence
import ModelFiles
import Policy
import Tokenizing

/// A policy in service: the state any thread may read, and the engine thread's memory and workspace for it.
///
/// A policy that is an adapter on another shares that one's memory and workspace, so that one pass computes both.
final class HostedPolicy: Sendable {
    /// State used only by the engine thread.
    final class Runtime: @unchecked Sendable {  // engine thread only
        let pool: BlockPool
        let pass: any ForwardPass
        let cache: PrefixCache
        /// How long steps take.
        var cost = StepCost()
        /// A rollout was stopped for lack of memory and none has ended since: batch rollouts wait, since they would
        /// only be stopped if started.
        var memoryIsShort = false

        init(
            _ configuration: PolicyConfiguration, _ precision: Precision, engine: EngineConfiguration,
            backend: any Backend
        ) throws(MemoryError) {
            let tokens = engine.keyValueTokens(each: backend.bytesPerToken(configuration, precision))
            pool = BlockPool(
                try backend.keyValueMemory(configuration, precision, blocks: BlockPool.blocks(holding: tokens)))
            pass = try backend.forwardPass(
                configuration, precision, maxRows: engine.maxSequences + engine.stepTokens,
                longest: pool.capacity * BlockPool.blockTokens)
            cache = PrefixCache(pool: pool)
        }
    }

    private struct Versions {
        var info: PolicyInfo
        /// Weights of both listed and staged versions.
        var weights: [Int: any PolicyWeights]
        /// How staged versions are described once they are listed.
        var staged: [Int: PolicyInfo.Version] = [:]
        var lastNumber = 1

        mutating func nextNumber() -> Int {
            lastNumber += 1
            return lastNumber
        }

        /// Takes a number that was reserved here or where the same is trained; without one, the next.
        mutating func take(_ reserved: Int?) -> Int {
            guard let reserved else { return nextNumber() }
            lastNumber = max(lastNumber, reserved)
            return reserved
        }

        /// Forgets what is too much, oldest first, but not what the policy was loaded with. The newest must be served.
        mutating func forgetOldest() -> [Int] {
            let excess = info.versions.count - HostedPolicy.mostVersions
            guard excess > 0 else { return [] }
            let forgotten = info.versions[1..<1 + excess].map(\.number)
            for number in forgotten { weights[number] = nil }
            info.versions.removeSubrange(1..<1 + excess)
            return forgotten
        }
    }

    let name: String
    /// The policy whose memory and workspace it shares; nil if it has its own.
    let owner: HostedPolicy?
    let runtime: Runtime
    /// Out of service: no more requests are accepted, including any already on their way.
    let isUnloaded = Guarded(false)
    /// Tells its versions from those of others in the prefix cache they share.
    private let number: Int
    let requests = RequestCount()
    let metrics: PolicyMetrics
    /// The bytes of each token, by which responses are cut into steps.
    let tokenTexts: TokenTextTable
    private let state: Guarded<Versions>

    convenience init(
        info: PolicyInfo, weights: any PolicyWeights, runtime: Runtime,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance
    ) {
        self.init(info, weights, runtime, owner: nil, metrics)
    }

    /// A policy whose weights have the base of another's.
    convenience init(
        info: PolicyInfo, weights: any PolicyWeights, on base: HostedPolicy,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance
    ) {
        let owner = base.owner ?? base
        self.init(info, weights, owner.runtime, owner: owner, metrics)
    }

    private init(
        _ info: PolicyInfo, _ weights: any PolicyWeights, _ runtime: Runtime, owner: HostedPolicy?,
        _ metrics: any MetricsFactory
    ) {
        name = info.name
        self.owner = owner
        self.runtime = runtime
        number = owner == nil ? 0 : Self.nextGuest()
        self.metrics = PolicyMetrics(info.name, metrics)
        self.metrics.version.set(info.version)
        tokenTexts = info.tokenizer.texts
        state = Guarded(Versions(info: info, weights: [info.version: weights]))
    }

    /// The number of policies so far that shared another's memory.
    private static let guests = Guarded(0)

    private static func nextGuest() -> Int {
        guests.withLock { count in
            count += 1
            return count
        }
    }

    var info: PolicyInfo { state.withLock { $0.info } }

    /// The number of a version in the prefix cache.
    func cacheVersion(_ version: Int) -> Int { number << 32 + version }

    /// The weights of a version; nil if it is not loaded.
    func weights(_ version: Int) -> (any PolicyWeights)? { state.withLock { $0.weights[version] } }

    /// All versions that are loaded, listed or staged.
    var loadedVersions: [Int] { state.withLock { Array($0.weights.keys) } }

    /// The folder that the base of some weights was read from, if a version that is listed has it.
    func directory(ofBase weights: any PolicyWeights) -> String? {
        let own = state.withLock { state in
            state.info.versions.first {
                state.weights[$0.number].map { $0.base === weights.base && $0.adapter == nil } ?? false
            }?.directory ?? state.info.versions.first { state.weights[$0.number]?.base === weights.base }?.adapter?.base
        }
        return own ?? owner?.directory(ofBase: weights)
    }

    /// The base that an adapter belongs to: that of the folder it names, if it is loaded, else the one that is served.
    func base(named name: String) -> any PolicyWeights {
        let named = state.withLock { state in
            state.info.versions.last { $0.directory == name && $0.adapter == nil }.flatMap { state.weights[$0.number] }
        }
        if let named { return named }
        if let owner, owner.info.versions.contains(where: { $0.directory == name }) { return owner.base(named: name) }
        return state.withLock { state in
            guard let served = state.weights[state.info.version] else { preconditionFailure("no weights are served") }
            return served.base
        }
    }

    /// The most versions that are listed: a job leaves one behind, trainers elsewhere load one after each step, and
    /// together they would fill the memory.
    static let mostVersions = 8

    /// Adds a version, numbered after the existing ones, and serves new requests with it. If there are too many then,
    /// the oldest is forgotten, apart from the first of all.
    ///
    /// - Returns: The policy, and the versions forgotten.
    func add(
        weights: any PolicyWeights, describe: (_ number: Int) -> PolicyInfo.Version
    ) -> (PolicyInfo, forgotten: [Int]) {
        state.withLock { state in
            let version = describe(state.nextNumber())
            state.weights[version.number] = weights
            state.info.versions.append(version)
            state.info.version = version.number
            metrics.version.set(version.number)
            let forgotten = state.forgetOldest()
            return (state.info, forgotten)
        }
    }

    /// A number that no version has, nor will have unless it is asked for.
    func reserveNumber() -> Int { state.withLock { $0.nextNumber() } }

    /// Adds a version that can be drawn from by its number but is neither listed nor served.
    func stage(weights: any PolicyWeights, as number: Int? = nil) -> Int {
        let adapter = PolicyInfo.Adapter(weights, base: directory(ofBase: weights))
        return state.withLock { state in
            let number = state.take(number)
            state.weights[number] = weights
            state.staged[number] = PolicyInfo.Version(
                number: number, directory: "", loadedAt: Date().timeIntervalSince1970,
                weightBytes: weights.byteCount, adapter: adapter)
            return number
        }
    }

    /// Lists a staged version, recording the folder of its weights, and serves it. If there are too many then, the
    /// oldest is forgotten, apart from the first of all.
    ///
    /// - Returns: The policy, and the versions forgotten.
    func publish(version: Int, directory: String) throws(EngineError) -> (PolicyInfo, forgotten: [Int]) {
        state.withLock { state in
            if let description = state.staged.removeValue(forKey: version) { state.info.versions.append(description) }
            guard let index = state.info.versions.firstIndex(where: { $0.number == version }) else { return }
            state.info.versions[index].directory = directory
        }
        _ = try serve(version: version)
        return state.withLock { state in
            // Published again, it may not be the newest.
            let forgotten = state.info.versions.last?.number == version ? state.forgetOldest() : []
            return (state.info, forgotten)
        }
    }

    /// Forgets a version.
    func retire(version: Int) throws(EngineError) {
        let isServed = state.withLock { state in
            guard state.info.version != version else { return true }
            state.weights[version] = nil
            state.staged[version] = nil
            state.info.versions.removeAll { $0.number == version }
            return false
        }
        if isServed { throw .versionInUse(policy: name, version: version) }
    }

    /// Serves new requests with another loaded version.
    func serve(version: Int) throws(EngineError) -> PolicyInfo {
        let result = state.withLock { state -> Result<PolicyInfo, EngineError> in
            guard state.info.versions.contains(where: { $0.number == version }) else {
                return .failure(
                    .unknownVersion(
                        policy: name, version: version, loaded: state.info.versions.map(\.number)))
            }
            state.info.version = version
            metrics.version.set(version)
            return .success(state.info)
        }
        return try result.get()
    }
}
