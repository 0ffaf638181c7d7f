import Foundation

@testable import Jobs

/// What a job was said to be so far, and what may be said of it next.
final class KnownJob {
    let id: JobID
    let asked: SimulatedJob
    /// Every event that anybody was told of.
    private(set) var told: [Int64: JobEvent] = [:]
    /// The last event read in order.
    private(set) var last: Int64 = 0
    private(set) var state: JobState?
    private(set) var reason = ""
    /// Steps done, on the way that led here.
    private(set) var steps = 0
    /// By step: the value that was told.
    private(set) var values: [Int: Double] = [:]
    /// By step: the result of an evaluation that was told.
    private var results: [Int: Double] = [:]
    /// Steps of checkpoints that were told of and are neither replaced by newer ones nor damaged.
    private(set) var checkpoints: [Int] = []
    /// Feedback that was accepted, by prompt, and such of which nobody knows.
    var feedback: [String] = []
    var doubtfulFeedback: Set<String> = []
    /// By step: the records it used when it was last done, and the value that came of it.
    var used: [Int: [Int64]] = [:]
    var computed: [Int: UInt64] = [:]
    /// When a pause that was asked for must have happened.
    var pauseDue: SimulatedClock.Instant?
    /// A cancellation was asked for and answered.
    var isCancelled = false
    /// Its history was deleted because of its age.
    var isForgotten = false

    init(_ id: JobID, _ asked: SimulatedJob) {
        self.id = id
        self.asked = asked
    }

    var isOver: Bool { state?.isFinal ?? false }

    /// Somebody was told an event.
    func see(_ event: JobEvent) throws(SimulationError) {
        guard let before = told[event.sequence] else {
            told[event.sequence] = event
            return
        }
        try require(before == event, "an event stays as it was told", "\(id): \(before) is now \(event)")
    }

    /// The next event in order.
    func take(_ event: JobEvent) throws(SimulationError) {
        try require(event.sequence == last + 1, "events have consecutive numbers", "\(id): \(event) after \(last)")
        try see(event)
        try require(!isOver, "nothing happens to a job that is over", "\(id), \(state!): \(event)")
        last = event.sequence
        switch event.content {
        case .stateChanged(let state, let reason, let from): try enter(state, reason, resumedFrom: from)
        case .step(let metrics, _, _): try takeStep(event.step, metrics["value"])
        case .evaluated(let metrics):
            let value = metrics["value"], before = results.updateValue(value ?? .nan, forKey: event.step)
            try require(before ?? value == value, "an evaluation done again says the same", "\(id): \(event)")
        case .checkpointSaved: takeCheckpoint(event.step)
        case .published, .note: break
        }
    }

    private static let edges: [JobState?: Set<JobState>] = [
        nil: [.queued],
        .queued: [.running, .paused, .cancelled],
        .running: [.running, .queued, .paused, .succeeded, .failed, .cancelled],
        .paused: [.queued, .running, .cancelled],
    ]

    private func enter(_ next: JobState, _ reason: String, resumedFrom step: Int?) throws(SimulationError) {
        try require(
            Self.edges[state]?.contains(next) ?? false, "states change along allowed edges",
            "\(id): \(state?.rawValue ?? "none") to \(next): \(reason)")
        if next == .failed {
            try require(asked.plan.fails, "a job fails only by itself", "\(id): \(reason)")
        }
        if next == .succeeded {
            try require(steps == asked.plan.steps, "a job succeeds with its last step", "\(id): \(steps)")
        }
        // A held program goes on from memory, and says no step.
        if next == .running, state == .queued || step != nil {
            try require(
                step ?? 0 >= checkpoints.max() ?? 0, "a job goes on from the newest whole checkpoint it told of",
                "\(id) from \(step ?? 0), told of \(checkpoints)")
            steps = step ?? 0
            // A crash may have come between saving it and saying so.
            if let step { takeCheckpoint(step) }
        }
        (state, self.reason) = (next, reason)
    }

    private func takeCheckpoint(_ step: Int) {
        checkpoints.removeAll { $0 == step }
        checkpoints.append(step)
        checkpoints = checkpoints.suffix(asked.specification.checkpoints.keep)
    }

    private func takeStep(_ step: Int, _ value: Double?) throws(SimulationError) {
        try require(step == steps + 1, "steps follow each other", "\(id): \(step) after \(steps)")
        steps = step
        guard let before = values.updateValue(value ?? .nan, forKey: step) else { return }
        try require(
            before == value, "a step done again is what it was", "\(id), step \(step): \(value ?? .nan), not \(before)")
    }

    /// Bits of checkpoints were flipped: what is promised is what is left.
    func damage(_ step: Int, isThere: (Int) -> Bool) { checkpoints.removeAll { $0 == step || !isThere($0) } }

    /// After a restart: all that was told is there, and nothing is doubtful any more.
    func check(_ events: [JobEvent]) throws(SimulationError) {
        for event in events { try see(event) }
        let highest = told.keys.max() ?? 0
        try require(
            events.map(\.sequence) == Array(1..<Int64(events.count) + 1), "events have consecutive numbers", "\(id)")
        try require(events.count >= highest, "no event that was told is lost", "\(id): \(highest) of \(events.count)")
    }
}
