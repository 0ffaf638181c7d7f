internal import Glibc
internal import Guarding

/// Measures how long each operation holds up a thread that others wait for.
///
/// The thread encloses each of its rounds in `begin()` and `end()`, or in `hold(_:_:)`; `part(_:_:)` names parts of a
/// round, so that a report can say which of them took longest:
///
///     let watch = HoldWatch("engine", limit: .milliseconds(500)) { hold in
///         logger.warning("\(hold)")
///     }
///     // On the engine's thread:
///     watch.hold("step") { scheduler.step() }
///
/// A round of `limit` or longer is reported when it ends, and one that does not end is reported after `stuckLimit` and
/// again each time its duration has doubled. Reports are made on a separate thread, so writing a log, for example,
/// holds up nobody.
///
/// Both wall-clock time and the thread's processor time are measured. On a busy machine only the latter tells what a
/// round cost, so tests use that: `worst` is the round that took the most of it.
package final class HoldWatch: Sendable {
    /// A round that took, or is taking, too long.
    package struct Hold: Sendable, Equatable, CustomStringConvertible {
        /// The thread's name, as given to the watch.
        package var thread: String
        /// The part that took longest, or the one in progress.
        package var part: String
        /// Wall-clock time.
        package var wall: Duration
        /// The thread's processor time.
        package var processor: Duration
        /// False while the round is in progress.
        package var isOver: Bool

        package var description: String {
            let verb = isOver ? "was" : "has been"
            return "the \(thread) \(verb) held for \(wall.milliseconds) ms by \(part) (\(processor.milliseconds) ms of "
                + "processor time)"
        }
    }

    private struct Part {
        var name: StaticString
        var start: MonotonicTime
    }

    private struct Round {
        var start: MonotonicTime
        var processor: MonotonicTime
        var current: Part?
        var longest: (name: StaticString, time: Duration)?
        /// When a round in progress is next reported.
        var report: MonotonicTime
    }

    private struct State {
        var round: Round?
        var worst: Hold?
        var clock: clockid_t?
    }

    /// The default duration above which a round is reported.
    package static let usualLimit = Duration.milliseconds(50)

    private let thread: String
    private let limit: Duration
    private let stuckLimit: Duration
    private let report: @Sendable (Hold) -> Void
    private let state = Guarded(State())

    /// - Parameters:
    ///   - thread: The thread's name in reports.
    ///   - limit: Rounds at least this long are reported.
    ///   - stuckLimit: After this time, a round that has not ended is reported.
    ///   - report: Called on a separate thread.
    package init(
        _ thread: String, limit: Duration = HoldWatch.usualLimit, stuckLimit: Duration = .seconds(1),
        report: @escaping @Sendable (Hold) -> Void
    ) {
        self.thread = thread
        self.limit = limit
        self.stuckLimit = stuckLimit
        self.report = report
        HoldMonitor.shared.add(self)
    }

    /// The round that has taken the most processor time so far; nil until the first has ended.
    package var worst: Hold? { state.withLock { $0.worst } }

    /// Forgets the worst round.
    package func forgetWorst() { state.withLock { $0.worst = nil } }

    // MARK: On the thread

    /// Begins a round, unless one is in progress.
    package func begin() {
        state.withLock { state in
            guard state.round == nil else { return }
            let now = MonotonicTime.now
            let clock = state.clock ?? Self.threadClock()
            state.clock = clock
            state.round = Round(start: now, processor: .read(clock), report: now + stuckLimit)
        }
    }

    /// Ends the round, if one is in progress.
    package func end() {
        let hold = state.withLock { state -> Hold? in
            guard let round = state.round, let clock = state.clock else { return nil }
            state.round = nil
            let wall = MonotonicTime.now - round.start, processor = MonotonicTime.read(clock) - round.processor
            guard wall >= limit || processor > state.worst?.processor ?? .zero else { return nil }
            let hold = Hold(
                thread: thread, part: "\(round.longest?.name ?? "its work")", wall: wall, processor: processor,
                isOver: true)
            if processor > state.worst?.processor ?? .zero { state.worst = hold }
            return wall >= limit ? hold : nil
        }
        if let hold { reportAside { [report] in report(hold) } }
    }

    /// How long the round has taken; zero outside one.
    package var elapsed: Duration { state.withLock { $0.round.map { .now - $0.start } ?? .zero } }

    /// Names what the round is doing; if parts are nested, the outermost counts.
    package func part<Result>(_ name: StaticString, _ body: () throws -> Result) rethrows -> Result {
        let isOuter = state.withLock { state in
            guard state.round != nil, state.round?.current == nil else { return false }
            state.round?.current = Part(name: name, start: .now)
            return true
        }
        defer { if isOuter { endPart() } }
        return try body()
    }

    private func endPart() {
        state.withLock { state in
            guard let part = state.round?.current else { return }
            let time = MonotonicTime.now - part.start
            state.round?.current = nil
            if time > state.round?.longest?.time ?? .zero { state.round?.longest = (part.name, time) }
        }
    }

    /// Runs a round with a single part.
    package func hold<Result>(_ name: StaticString, _ body: () throws -> Result) rethrows -> Result {
        begin()
        defer { end() }
        return try part(name, body)
    }

    private static func threadClock() -> clockid_t {
        var clock = clockid_t()
        let status = pthread_getcpuclockid(pthread_self(), &clock)
        precondition(status == 0, "a thread has no processor clock: error \(status)")
        return clock
    }

    // MARK: On the monitor's thread

    /// Reports a round in progress that is taking too long.
    func check() {
        let hold = state.withLock { state -> Hold? in
            guard let round = state.round, let clock = state.clock else { return nil }
            let now = MonotonicTime.now
            guard now >= round.report else { return nil }
            let wall = now - round.start
            state.round?.report = now + wall
            let name = round.current?.name ?? round.longest?.name
            return Hold(
                thread: thread, part: "\(name ?? "its work")", wall: wall,
                processor: MonotonicTime.read(clock) - round.processor, isOver: false)
        }
        if let hold { report(hold) }
    }
}

extension Duration {
    /// Rounded down.
    fileprivate var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
