import Foundation
import Guarding
import TestSupport
import Testing

@testable import Threads

@Suite("Threads for handlers")
struct HandlerThreadsTests {
    @Test("Tasks run there, also after a wait")
    func tasks() async {
        let threads = HandlerThreads("test", width: 2, limit: 2)
        let names = await Task(executorPreference: threads) {
            var names = [currentThreadName()]
            await Task.yield()
            names.append(currentThreadName())
            try? await Task.sleep(for: .milliseconds(1))
            return names + [currentThreadName()]
        }.value
        #expect(names == ["test", "test", "test"])
    }

    @Test("Tasks that hold every thread stop no other, up to the limit", arguments: [1, 3])
    func held(width: Int) async {
        let threads = HandlerThreads("test", width: width, limit: 8)
        let gate = Condition(false)
        let held = (0..<7).map { _ in
            Task(executorPreference: threads) { gate.wait { $0 ? () : nil } }
        }
        for _ in 0..<100 {
            let isDone = await Task(executorPreference: threads) { true }.value
            #expect(isDone)
        }
        gate.withLock { $0 = true }
        gate.broadcast()
        for task in held { _ = await task.value }
    }

    @Test("Once all that were held have ended, work goes on as before")
    func afterwards() async {
        let threads = HandlerThreads("test", width: 1, limit: 4)
        for _ in 0..<3 {
            let gate = Condition(false)
            let held = (0..<3).map { _ in Task(executorPreference: threads) { gate.wait { $0 ? () : nil } } }
            await Task(executorPreference: threads) {}.value
            gate.withLock { $0 = true }
            gate.broadcast()
            for task in held { _ = await task.value }
        }
        let sum = await withTaskGroup(of: Int.self) { group in
            for index in 0..<1000 { group.addTask(executorPreference: threads) { index } }
            return await group.reduce(0, +)
        }
        #expect(sum == 499_500)
    }
}

@Suite("Threads for work that blocks")
struct BlockingThreadsTests {
    @Test("Work gives its result or its error")
    func results() async throws {
        struct Failure: Error {}
        let threads = BlockingThreads("test", limit: 2)
        #expect(try await threads.run { 7 } == 7)
        await #expect(throws: Failure.self) { try await threads.run { throw Failure() } }
        #expect(try await threads.runUnlessCancelled { 8 } == 8)
        await #expect(throws: Failure.self) { try await threads.runUnlessCancelled { throw Failure() } }
    }

    @Test("Much work runs on few threads")
    func many() async throws {
        let threads = BlockingThreads("test", limit: 3)
        let (now, most) = (Guarded(0), Guarded(0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await threads.run {
                        let count = now.withLock { now in
                            now += 1
                            return now
                        }
                        most.withLock { $0 = max($0, count) }
                        now.withLock { $0 -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(1...3 ~= most.withLock { $0 })
    }

    @Test("Whoever waits for work that never ends is let go when it is cancelled")
    func endless() async {
        let threads = BlockingThreads("test", limit: 1)
        let gate = Condition(false), begun = Guarded(false)
        let first = Task {
            try await threads.runUnlessCancelled {
                begun.withLock { $0 = true }
                _ = gate.wait { $0 ? () : nil }
            }
        }
        #expect(await eventually { begun.withLock { $0 } })
        let neverBegun = Guarded(true)
        // There is no other thread, so this waits.
        let second = Task { try await threads.runUnlessCancelled { neverBegun.withLock { $0 = false } } }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.withLock { $0 = true }
        gate.broadcast()
        await #expect(throws: Never.self) { try await threads.run {} }
        #expect(neverBegun.withLock { $0 })
    }

    @Test("A task that is cancelled already runs nothing")
    func cancelledBefore() async {
        let threads = BlockingThreads("test", limit: 1)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            let _: Void = try await threads.runUnlessCancelled { Issue.record("it ran") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}

private func currentThreadName() -> String {
    let name = try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
    return name?.trimmingCharacters(in: .newlines) ?? ""
}
