import Compute
public import Foundation
import Guarding
import Logging
import ModelFiles
import Policy

extension Engine {
    /// Loads an adapter as a policy of its own, on the weights of another: both are computed in one batch.
    ///
    /// - Parameter base: The policy it is on; nil for the one whose folder it names, or else the only one loaded.
    func loadAdapter(_ directory: URL, name: String, base: String?) throws -> PolicyInfo {
        let base = try base.map(hosted) ?? self.base(of: directory)
        guard policies.withLock({ $0.count }) < Self.mostAdapters else {
            throw EngineError.notLoadable(reason: "\(Self.mostAdapters) policies are loaded already. Unload one first.")
        }
        let loader = loader(directory)
        let (weights, warnings) = try loader.weights(
            try AdapterDirectory(directory, base: base.info.configuration), on: base)
        var info = base.info
        (info.name, info.version, info.base) = (name, 1, base.owner?.name ?? base.name)
        info.versions = [
            loader.version(1, weights, PolicyInfo.Adapter(weights, base: base.directory(ofBase: weights)))
        ]
        let policy = HostedPolicy(info: info, weights: weights, on: base, metrics: metrics)
        try host(policy)
        for warning in warnings { logger.warning("\(warning)") }
        return policy.info
    }

    /// The most policies loaded at the same time, adapters among them.
    private static let mostAdapters = 1024

    /// The policy that an adapter is on if nobody says.
    private func base(of directory: URL) throws -> HostedPolicy {
        let owners = policies.withLock { $0.values.filter { $0.owner == nil } }.sorted { $0.name < $1.name }
        let named = try AdapterDirectory.baseName(of: directory)
        if let found = owners.first(where: { $0.info.versions.contains { $0.directory == named } }) { return found }
        if let found = owners.first(where: { $0.name == ModelLocation.name(of: URL(fileURLWithPath: named)) }) {
            return found
        }
        guard owners.count == 1 else {
            let names = owners.map(\.name).joined(separator: ", ")
            throw EngineError.notLoadable(
                reason: owners.isEmpty
                    ? "\(directory.path) is an adapter, and no policy is loaded that it could be on. Load its base first."
                    : named.isEmpty
                        ? "\(directory.path) is an adapter that names no base (base_model_name_or_path in its "
                            + "adapter_config.json). Say which policy it is on (--base): \(names)."
                        : "\(directory.path) is an adapter for '\(named)', which is not loaded. Load it, or say which policy "
                            + "it is on (--base): \(names).")
        }
        return owners[0]
    }
}
