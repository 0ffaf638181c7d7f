import Glibc
import Guarding
import TestSupport
import Testing

@testable import Threads

@Suite("Holds of a thread")
struct HoldWatchTests {
    private let holds = Guarded<[HoldWatch.Hold]>([])

    private func watch(limit: Duration, stuckLimit: Duration = hangLimit) -> HoldWatch {
        HoldWatch("bench", limit: limit, stuckLimit: stuckLimit) { [holds] hold in holds.withLock { $0.append(hold) } }
    }

    @Test("A round over the limit is reported with the part that took longest")
    func report() async {
        let watch = watch(limit: .zero)
        watch.begin()
        watch.part("short") {}
        watch.part("long") { spin(milliseconds: 20) }
        watch.part("short") {}
        watch.end()
        #expect(await eventually { holds.withLock { $0.count } == 1 })
        let hold = holds.withLock { $0[0] }
        #expect(hold.thread == "bench" && hold.part == "long" && hold.isOver)
        #expect(hold.processor >= .milliseconds(20) && hold.wall >= .milliseconds(20))
        #expect(watch.worst == hold)
        #expect(hold.description.hasPrefix("the bench was held for "))
    }

    @Test("A round within the limit is not reported, and remembered if it is the worst")
    func quiet() async {
        let watch = watch(limit: hangLimit)
        watch.hold("work") { spin(milliseconds: 5) }
        watch.hold("nothing") {}
        #expect(watch.worst?.part == "work")
        let other = self.watch(limit: .zero)
        other.hold("later") {}
        #expect(await eventually { !holds.withLock { $0.isEmpty } })
        #expect(holds.withLock { $0.map(\.part) } == ["later"])
        watch.forgetWorst()
        #expect(watch.worst == nil)
    }

    @Test("Waiting takes time on the wall and no processor time")
    func waiting() async {
        let watch = watch(limit: .milliseconds(1))
        let never = Condition(())
        watch.hold("wait") { _ = never.wait(atMost: .milliseconds(30)) { _ in nil as Void? } }
        #expect(await eventually { !holds.withLock { $0.isEmpty } })
        let hold = holds.withLock { $0[0] }
        #expect(hold.wall >= .milliseconds(30))
        #expect(hold.processor < hold.wall)
    }

    @Test("A round that does not end is reported while it lasts, by what it is doing")
    func stuck() async {
        let watch = watch(limit: hangLimit, stuckLimit: .milliseconds(1))
        let gate = Condition(false)
        let isStarted = startThread("stuck") {
            watch.hold("something endless") { gate.wait { $0 ? () : nil } }
        }
        #expect(isStarted)
        #expect(await eventually { !holds.withLock { $0.isEmpty } })
        let hold = holds.withLock { $0[0] }
        #expect(hold.part == "something endless" && !hold.isOver)
        #expect(hold.description.contains("has been held"))
        gate.withLock { $0 = true }
        gate.signal()
        #expect(await eventually { watch.elapsed == .zero })
    }

    /// Takes that much of the thread's processor time.
    private func spin(milliseconds: Int64) {
        let start = MonotonicTime.read(CLOCK_THREAD_CPUTIME_ID)
        while MonotonicTime.read(CLOCK_THREAD_CPUTIME_ID) - start < .milliseconds(milliseconds) {}
    }
}
