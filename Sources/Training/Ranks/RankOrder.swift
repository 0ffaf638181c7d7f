import Jobs

/// What the first rank tells the others to do.
enum RankOrder: Codable {
    /// Make a program.
    case begin(job: Int64, specification: String, checkpoint: CheckpointPlace?)
    case step
    case evaluate
    /// Take part in what is saved, which the first rank writes.
    case save
    /// Serve the current weights, which the first rank has in a folder.
    case publish(path: String)
    /// Forget the program.
    case end
    /// End the process.
    case leave

    struct CheckpointPlace: Codable {
        let step: Int
        let path: String
    }
}
