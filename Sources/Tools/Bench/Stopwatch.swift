import Foundation

/// Times work.
enum Stopwatch {
    /// The number of seconds that `body` takes.
    static func seconds(_ body: () async throws -> Void) async rethrows -> Double {
        let start = ContinuousClock.now
        try await body()
        return start.duration(to: .now) / .seconds(1)
    }

    /// The median of several runs, after an uncounted one.
    static func median(runs: Int, _ body: () async throws -> Double) async rethrows -> Double {
        _ = try await body()
        var times: [Double] = []
        for _ in 0..<runs { times.append(try await body()) }
        return times.sorted()[runs / 2]
    }

    /// Alternates two kinds of work, so that other load on the machine affects both alike; returns each one's median.
    static func medians(
        runs: Int, _ first: () async throws -> Double, _ second: () async throws -> Double
    ) async rethrows -> (Double, Double) {
        _ = try await first()
        _ = try await second()
        var times: [(Double, Double)] = []
        for _ in 0..<runs { times.append((try await first(), try await second())) }
        return (times.map(\.0).sorted()[runs / 2], times.map(\.1).sorted()[runs / 2])
    }
}
