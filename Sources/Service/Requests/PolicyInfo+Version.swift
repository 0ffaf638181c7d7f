import Rollouts

extension PolicyInfo {
    /// The version that a request asks for; nil where it leaves that to the policy.
    ///
    /// - Throws: `EngineError.unknownVersion` if it is not listed: versions that jobs work with are not to be drawn from.
    func listed(_ number: Int64?) throws(EngineError) -> Int? {
        guard let number else { return nil }
        guard let version = versions.map(\.number).first(where: { Int64($0) == number }) else {
            throw .unknownVersion(
                policy: name, version: Int(clamping: number), loaded: versions.map(\.number))
        }
        return version
    }
}
