import Threads

/// A thread that does one thing after the other. It is started where it is made, and has the priority of that place, whoever
/// gives it something to do.
final class SideThread: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        var isOver = false
    }

    private let state = Condition(State())

    init(_ name: String) {
        let isStarted = startThread(name) { [state] in
            while let work = Self.next(state) { work() }
        }
        precondition(isStarted, "no thread for \(name)")
    }

    deinit {
        state.withLock { $0.isOver = true }
        state.signal()
    }

    func run(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.work.append(work) }
        state.signal()
    }

    private static func next(_ state: Condition<State>) -> (@Sendable () -> Void)? {
        let next: (@Sendable () -> Void)?? = state.wait { state in
            if !state.work.isEmpty { return .some(state.work.removeFirst()) }
            return state.isOver ? .some(nil) : nil
        }
        return next ?? nil
    }
}
