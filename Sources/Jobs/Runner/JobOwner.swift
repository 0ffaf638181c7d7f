/// Who creates a job.
public struct JobOwner: Sendable {
    /// The name of a key; empty for none.
    public var name: String
    /// The most unfinished jobs; nil means no limit.
    public var limit: Int?

    public init(name: String = "", limit: Int? = nil) {
        self.name = name
        self.limit = limit
    }
}
