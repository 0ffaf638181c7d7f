/// Something that happened to a job.
public struct JobEvent: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        /// - Parameters:
        ///   - reason: Empty where there is nothing to say.
        ///   - resumedFrom: Step of the checkpoint that the job goes on from, if it does.
        case stateChanged(JobState, reason: String, resumedFrom: Int?)
        /// - Parameters:
        ///   - skipped: Why nothing was learnt in it; nil when it went well.
        ///   - total: Steps of the whole job; nil while not known.
        case step(metrics: [String: Double], skipped: String?, total: Int?)
        case evaluated(metrics: [String: Double])
        case checkpointSaved(path: String, bytes: Int64)
        case published(policy: String, version: Int)
        case note(String, isWarning: Bool)
    }

    /// Given once per job; rises by 1 and is never given again, over restarts too.
    public var sequence: Int64
    /// Seconds since 1970.
    public var time: Double
    /// Steps done by then.
    public var step: Int
    public var content: Content

    /// In words, on one line.
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

    /// Whether the job is over with this event.
    public var endsJob: Bool {
        if case .stateChanged(let state, _, _) = content { return state.isFinal }
        return false
    }
}
