/// Something that happened to a job.
public struct JobEvent: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        /// - Parameters:
        ///   - reason: Empty if there is nothing to say.
        ///   - resumedFrom: Step of the checkpoint that the job resumes from, if any.
        case stateChanged(JobState, reason: String, resumedFrom: Int?)
        /// - Parameters:
        ///   - skipped: Why nothing was learnt in this step; nil if it went well.
        ///   - total: The job's total number of steps; nil while unknown.
        case step(metrics: [String: Double], skipped: String?, total: Int?)
        case evaluated(metrics: [String: Double])
        case checkpointSaved(path: String, bytes: Int64)
        case published(policy: String, version: Int)
        case note(String, isWarning: Bool)
    }

    /// Unique within the job; increases by 1 and is never reused, even across restarts.
    public var sequence: Int64
    /// Seconds since 1970.
    public var time: Double
    /// The number of steps done by then.
    public var step: Int
    public var content: Content

    /// A one-line description.
    public var message: String {
        switch content {
        case .stateChanged(let state, let reason, let resumedFrom):
            let from = resumedFrom.map { ", going on from step \($0)" } ?? ""
            return state.rawValue + from + (reason.isEmpty ? "" : ": \(reason)")
        case .step(_, let skipped, _): return skipped.map { "step \(step) skipped: \($0)" } ?? "step \(step)"
        case .evaluated: return "evaluated after step \(step)"
        case .checkpointSaved(let path, _): return "checkpoint of step \(step) saved: \(path)"
        case .published(let policy, let version): return "\(policy) version \(version) published after step \(step)"
        case .note(let text, _): return text
        }
    }

    /// Whether this event ends the job.
    public var endsJob: Bool {
        if case .stateChanged(let state, _, _) = content { return state.isFinal }
        return false
    }
}
