internal import Threads

/// Tasks on the loop: `Task(executorPreference: loop)`.
///
/// Tasks and actors each have an executor. If jobs ran as belonging to both, every call of a nonisolated function would
/// leave the actor's executor and return to the task's: eleven jobs per unary call instead of one.
extension EventLoop: TaskExecutor {
    public func enqueue(_ job: consuming ExecutorJob) {
        post(.taskJob(UnownedJob(job)))
    }

    /// Actors on the loop: what an actor's `unownedExecutor` refers to.
    public final class ActorExecutor: SerialExecutor {
        private unowned let loop: EventLoop

        init(_ loop: EventLoop) { self.loop = loop }

        public func enqueue(_ job: consuming ExecutorJob) {
            loop.post(.actorJob(UnownedJob(job)))
        }

        public func checkIsolated() {
            precondition(loop.isCurrent, "this must run on the event loop")
        }

        public func isIsolatingCurrentContext() -> Bool? { loop.isCurrent }
    }

    func run(_ item: Item) {
        switch item {
        case .taskJob(let job): watch.part("a task") { job.runSynchronously(on: asUnownedTaskExecutor()) }
        case .actorJob(let job):
            watch.part("an actor") { job.runSynchronously(on: actorExecutor.asUnownedSerialExecutor()) }
        case .closure(let body): watch.part("news from other threads") { body() }
        }
    }
}
