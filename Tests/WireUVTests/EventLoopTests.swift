import Glibc
import Guarding
import TestSupport
import Testing
import Wire

@testable import WireUV

@Suite("The event loop")
struct EventLoopTests {
    private let loop = EventLoop.shared

    @Test("Tasks that prefer the loop run on its thread, also after a wait")
    func tasks() async {
        let task = Task(executorPreference: loop) { [loop] in
            var wasThere = loop.isCurrent
            await Task.yield()
            wasThere = wasThere && loop.isCurrent
            try? await Task.sleep(for: .milliseconds(1))
            return wasThere && loop.isCurrent
        }
        #expect(await task.value)
        #expect(!loop.isCurrent)
    }

    /// State that lives on the loop.
    private actor Resident {
        let loop: EventLoop
        var count = 0
        init(_ loop: EventLoop) { self.loop = loop }
        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.actorExecutor.asUnownedSerialExecutor() }
        func add() -> Bool {
            count += 1
            return loop.isCurrent
        }
    }

    @Test("Actors can live on the loop, and callbacks there may assume so")
    func actors() async throws {
        let resident = Resident(loop)
        for _ in 0..<10 { #expect(await resident.add()) }
        let count = try await loop.run { resident.assumeIsolated { $0.count } }
        #expect(count == 10)
    }

    @Test("Timers call once, or again and again, never early, and not after they were cancelled")
    func timers() async throws {
        let start = ContinuousClock.now
        let fired = Guarded<[Duration]>([])
        let ticks = Guarded(0)
        loop.execute { [loop] in
            _ = LoopTimer(on: loop, after: .milliseconds(50)) { fired.withLock { $0.append(.now - start) } }
            let cancelled = LoopTimer(on: loop, after: .milliseconds(10)) { ticks.withLock { $0 = -1000 } }
            cancelled.cancel()
            var repeating: LoopTimer?
            repeating = LoopTimer(on: loop, after: .milliseconds(5), every: .milliseconds(5)) {
                let count = ticks.withLock { ticks in
                    ticks += 1
                    return ticks
                }
                if count == 5 { repeating?.cancel() }
            }
        }
        #expect(await eventually { fired.withLock { $0.count } == 1 && ticks.withLock { $0 } == 5 })
        try await Task.sleep(for: .milliseconds(50))
        #expect(ticks.withLock { $0 } == 5)
        #expect(fired.withLock { $0[0] } >= .milliseconds(50))
    }

    @Test("Closures from many threads all run")
    func inbox() async {
        let count = Guarded(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { [loop] in
                    for _ in 0..<1000 { loop.execute { count.withLock { $0 += 1 } } }
                }
            }
        }
        #expect(await eventually { count.withLock { $0 } == 8000 })
    }

    @Test("Durations become milliseconds without becoming shorter")
    func milliseconds() {
        #expect(Duration.zero.wholeMilliseconds == 0)
        #expect(Duration.nanoseconds(1).wholeMilliseconds == 1)
        #expect(Duration.milliseconds(7).wholeMilliseconds == 7)
        #expect(Duration.seconds(-1).wholeMilliseconds == 0)
        #expect(Duration.seconds(Int64.max).wholeMilliseconds == 3_000_000_000_000)
    }

    @Test("A watched signal arrives in place of ending the process")
    func signals() async throws {
        let watcher = SignalWatcher([.terminate])
        kill(getpid(), SIGTERM)
        var signals = watcher.signals.makeAsyncIterator()
        #expect(await signals.next() == .terminate)
        watcher.stop()
    }
}
