import Dispatch
import Foundation
import Guarding
import Testing

/// Runs simulations: some seeds in every run of the tests, as many as ATTNRL_SIMULATE names otherwise.
enum Simulation {
    /// Seeds from ATTNRL_SIMULATE: "7", or "1-100000".
    static var asked: ClosedRange<UInt64>? {
        guard let text = ProcessInfo.processInfo.environment["ATTNRL_SIMULATE"] else { return nil }
        let numbers = text.split(separator: "-").compactMap { UInt64($0) }
        guard let first = numbers.first, let last = numbers.last, first <= last else { return nil }
        return first...last
    }

    /// Plays a history for each seed, on as many threads as there are processors, each history on one.
    ///
    /// - Parameters:
    ///   - short: How many seeds without ATTNRL_SIMULATE.
    ///   - share: Of more seeds than one, only the first of so many parts is played: these histories take longer.
    ///   - play: Returns what broke, or nil.
    /// - Returns: What broke for the lowest seed that failed.
    static func run(
        _ name: String, short: UInt64, share: UInt64 = 1, _ play: @escaping @Sendable (UInt64) -> String?
    ) -> String? {
        let seeds = asked.map { $0.lowerBound...$0.lowerBound + ($0.upperBound - $0.lowerBound) / share } ?? 1...short
        let begin = ContinuousClock.now
        let state = Guarded((next: seeds.lowerBound, failure: (seed: UInt64, text: String)?.none))
        let threads = seeds.count == 1 ? 1 : ProcessInfo.processInfo.activeProcessorCount
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            while true {
                let seed = state.withLock { state -> UInt64? in
                    guard state.next <= seeds.upperBound, state.failure == nil else { return nil }
                    defer { state.next += 1 }
                    return state.next
                }
                guard let seed else { return }
                LastWords.plays(seed, on: thread)
                guard let text = play(seed) else { continue }
                state.withLock { state in
                    if seed < state.failure?.seed ?? .max { state.failure = (seed, text) }
                }
            }
        }
        if asked != nil { print("\(name): seeds \(seeds) in \(ContinuousClock.now - begin)") }
        return state.withLock { state in
            state.failure.map { failure in
                """
                seed \(failure.seed) of the simulation "\(name)": \(failure.text)
                To repeat it: make simulate FROM=\(failure.seed) SEEDS=1
                """
            }
        }
    }

    /// Plays a history; if it fails, leaves out what can be left out, and describes what broke.
    static func failure<History, Event: CustomStringConvertible>(
        of history: History, events: [Event], setting: String, play: ([Event]) throws -> Void
    ) -> String? {
        func broken(_ events: [Event]) -> SimulationError? {
            do {
                try play(events)
                return nil
            } catch {
                return error as? SimulationError ?? SimulationError("no other error is thrown", "\(error)")
            }
        }
        guard let first = broken(events) else { return nil }
        let shortened = shorten(events) { broken($0)?.invariant == first.invariant }
        let error = broken(shortened) ?? first
        return ([error.description, setting] + shortened.map { "  \($0)" }).joined(separator: "\n")
    }

    /// Leaves out events, first many at once, as long as what is left still fails.
    private static func shorten<Event>(_ events: [Event], fails: ([Event]) -> Bool) -> [Event] {
        var events = events, size = events.count / 2, tries = 400
        while size > 0 {
            var begin = 0
            while begin < events.count, tries > 0 {
                var fewer = events
                fewer.removeSubrange(begin..<min(begin + size, events.count))
                tries -= 1
                if fails(fewer) { events = fewer } else { begin += size }
            }
            size /= 2
        }
        return events
    }
}

/// What the process says if a precondition ends it: a trap cannot be caught, but the seeds played then can be named.
private enum LastWords {
    nonisolated(unsafe) private static let seeds = {
        let seeds = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: 256)
        seeds.initialize(repeating: 0)
        return seeds
    }()
    private static let install: Void = {
        for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV] {
            signal(number) { number in
                for seed in LastWords.seeds where seed > 0 {
                    let words = Array("a simulation ended the process at seed \(seed)\n".utf8)
                    _ = write(2, words, words.count)
                }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }()

    static func plays(_ seed: UInt64, on thread: Int) {
        install
        seeds[thread % seeds.count] = seed
    }
}
