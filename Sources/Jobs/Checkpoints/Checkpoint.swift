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

    /// The same in another place.
    package func moved(to directory: URL) -> Checkpoint {
        Checkpoint(step: step, directory: directory, createdAt: createdAt, bytes: bytes)
    }

    /// One that another machine saved, as far as programs need to know.
    package init(step: Int, directory: URL) {
        self.init(step: step, directory: directory, createdAt: 0, bytes: 0)
    }

    init(step: Int, directory: URL, createdAt: Double, bytes: Int64) {
        (self.step, self.directory, self.createdAt, self.bytes) = (step, directory, createdAt, bytes)
    }
}
