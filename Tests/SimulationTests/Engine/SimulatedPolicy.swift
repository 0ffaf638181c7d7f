import ModelFiles
import Policy

@testable import Rollouts

/// A policy in service of a simulated engine.
final class SimulatedPolicy {
    let hosted: HostedPolicy
    let pass: SimulatedPass
    /// Weights of versions that were retired or forgotten.
    private(set) var retired = Remains()
    private var staged: Int?

    /// What must be gone once nobody uses it.
    struct Remains {
        private struct Weak {
            weak var object: AnyObject?
        }
        private var objects: [Weak] = []

        init(_ object: AnyObject? = nil) { if let object { add(object) } }

        mutating func add(_ object: AnyObject) { objects.append(Weak(object: object)) }

        var isGone: Bool { objects.allSatisfy { $0.object == nil } }
    }

    init(name: String, blocks: Int, _ model: SimulatedModel, _ configuration: EngineConfiguration) throws {
        var configuration = configuration
        configuration.keyValueBytes = blocks * BlockPool.blockTokens
        let info = SimulatedModel.info(
            name: name,
            maxSequenceTokens: min(SimulatedModel.configuration.contextLength, configuration.keyValueBytes))
        let runtime = try HostedPolicy.Runtime(
            info.configuration, info.precision, engine: configuration, backend: SimulatedBackend())
        guard let pass = runtime.pass as? SimulatedPass else { preconditionFailure("the pass is simulated") }
        self.pass = pass
        hosted = HostedPolicy(info: info, weights: SimulatedWeights(model), runtime: runtime)
    }

    var remains: Remains { Remains(hosted) }

    /// A request as the engine takes it; nil if it asks for a version that is not there.
    func request(
        _ simulated: SimulatedRequest, _ generation: Generation, _ cancellation: Cancellation
    ) throws -> RunningRequest? {
        let info = hosted.info
        try simulated.request.validate(for: info)
        let version = simulated.wantsStaged ? staged ?? info.version : info.version
        guard let weights = hosted.weights(version) else { return nil }
        return RunningRequest(
            request: simulated.request, policy: hosted, info: info, version: version, weights: weights,
            generation: generation, cancellation: cancellation, owner: simulated.owner)
    }

    // MARK: Versions

    /// Adds a version and serves it. Returns the versions forgotten for it.
    func addVersion(_ model: SimulatedModel) -> [Int] {
        noteForgotten {
            hosted.add(weights: SimulatedWeights(model)) {
                PolicyInfo.Version(number: $0, directory: "", loadedAt: 0, weightBytes: 8)
            }.forgotten
        }
    }

    private func noteForgotten(_ add: () throws -> [Int]) rethrows -> [Int] {
        let known = Dictionary(
            uniqueKeysWithValues: hosted.info.versions.map { ($0.number, hosted.weights($0.number)) })
        let forgotten = try add()
        for version in forgotten { if let weights = known[version] ?? nil { retired.add(weights) } }
        return forgotten
    }

    func stage(_ model: SimulatedModel) { staged = hosted.stage(weights: SimulatedWeights(model)) }

    /// Publishes the staged version. Returns the versions forgotten for it.
    func publish() throws -> [Int] {
        guard let staged, hosted.weights(staged) != nil else { return [] }
        return try noteForgotten { try hosted.publish(version: staged, directory: "").forgotten }
    }

    func serve(_ choice: Int) throws {
        let versions = hosted.info.versions
        _ = try hosted.serve(version: versions[choice % versions.count].number)
    }

    /// Retires a version, listed or staged, unless it is served. Returns its number.
    func retire(_ choice: Int) -> Int? {
        let numbers = hosted.info.versions.map(\.number) + [staged].compactMap { $0 }
        let version = numbers[choice % numbers.count]
        guard let weights = hosted.weights(version), (try? hosted.retire(version: version)) != nil else { return nil }
        retired.add(weights)
        return version
    }
}
