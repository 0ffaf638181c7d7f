public import Foundation

/// The saved state of a job.
public struct Checkpoint: Sendable, Equatable {
    /// The number of steps done when it was saved.
    public let step: Int
    /// Its folder: what the program wrote, and the manifest.
    public let directory: URL
    /// Seconds since 1970.
    public let createdAt: Double
    /// The total size of its files.
    public let bytes: Int64

    /// The policy's weights in Hugging Face layout.
    public var policyDirectory: URL { directory.appendingPathComponent(Self.policyName) }

    static let policyName = "policy"
}
