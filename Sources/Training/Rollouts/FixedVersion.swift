import Foundation
import Jobs
import Rollouts

/// A version of a policy with the weights of a folder, for as long as this object lives: whatever is served meanwhile.
final class FixedVersion: Sendable {
    let number: Int
    private let engine: Engine
    private let policy: String
    /// Whether the version is this object's own, which nothing else draws from.
    private let isStaged: Bool

    /// - Parameters:
    ///   - sharesServed: Whether to take a listed version with these weights, where there is one. It may be forgotten
    ///     while others are published.
    ///   - use: What the weights are for, in the message where the policy cannot use them.
    init(
        _ folder: URL, of policy: PolicyInfo, in engine: Engine, sharesServed: Bool, use: String
    ) throws {
        self.engine = engine
        self.policy = policy.name
        if sharesServed, let served = policy.versions.last(where: { $0.directory == folder.path }) {
            (number, isStaged) = (served.number, false)
            return
        }
        do {
            (number, isStaged) = (try engine.stage(directory: folder, for: policy.name), true)
        } catch {
            throw JobError.file(
                path: folder.path, reason: "\(use), and policy \"\(policy.name)\" cannot use them: \(error)")
        }
    }

    deinit {
        // The policy may already be gone, and the version with it.
        if isStaged { try? engine.retire(policy, version: number) }
    }
}
