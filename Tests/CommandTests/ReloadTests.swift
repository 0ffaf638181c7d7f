import Guarding
import TestSupport
import Testing
import Threads

@testable import Hosting

@Suite("What is done on SIGHUP")
struct ReloadTests {
    /// Counts its runs; each waits until it is let go.
    private final class Action: Sendable {
        private let state = Condition((runs: 0, running: 0, most: 0, mayEnd: 0))

        var runs: Int { state.withLock { $0.runs } }
        /// The most runs at the same time.
        var most: Int { state.withLock { $0.most } }

        func run() {
            let number = state.withLock { state in
                state.runs += 1
                state.running += 1
                state.most = max(state.most, state.running)
                return state.runs
            }
            state.wait(atMost: .seconds(600)) { $0.mayEnd >= number ? () : nil }
            state.withLock { $0.running -= 1 }
        }

        func letGo(_ count: Int) {
            state.withLock { $0.mayEnd = count }
            state.signal()
        }
    }

    @Test("A signal before there is something to do is not lost")
    func early() async {
        let work = ReloadWork(), action = Action()
        action.letGo(100)
        for _ in 0..<3 { work.ask() }
        #expect(action.runs == 0)
        work.begin { action.run() }
        #expect(await eventually { action.runs == 1 })
        work.ask()
        #expect(await eventually { action.runs == 2 })
        work.begin(nil)
    }

    @Test("Signals while it is done lead to one more time, behind it; whoever signals does not wait")
    func whileRunning() async {
        let work = ReloadWork(), action = Action()
        work.begin { action.run() }
        work.ask()
        #expect(await eventually { action.runs == 1 })
        for _ in 0..<5 { work.ask() }
        #expect(action.runs == 1)
        action.letGo(1)
        #expect(await eventually { action.runs == 2 })
        action.letGo(100)
        work.ask()
        #expect(await eventually { action.runs == 3 })
        #expect(action.most == 1)
        work.begin(nil)
    }
}
