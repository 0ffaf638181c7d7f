import Testing

@testable import Jobs

@Suite("JobLifecycle")
struct JobLifecycleTests {
    private let job = JobID(number: 1)

    private func lifecycle(_ state: JobState) -> JobLifecycle { JobLifecycle(state: state) }

    /// Of a job that is paused with its program in memory.
    private func heldLifecycle() -> JobLifecycle {
        var value = lifecycle(.running)
        let isPaused = value.hold(because: "the disk is full")
        #expect(isPaused)
        return value
    }

    @Test(
        "Asked to pause, a queued job does so at once, a running one is told, and a paused one is left",
        arguments: [
            (JobState.queued, JobLifecycle.Command.record, JobState.paused), (.running, .tell, .running),
            (.paused, .nothing, .paused),
        ])
    func pausing(from state: JobState, command: JobLifecycle.Command, to next: JobState) throws {
        var value = lifecycle(state)
        #expect(try value.askToPause(job) == command)
        #expect(value.state == next)
        #expect(value.request == (command == .tell ? .pause : nil))
    }

    @Test(
        "Asked to end, a job that does not compute is cancelled at once, any other is told",
        arguments: [
            (JobState.queued, false, JobLifecycle.Command.record), (.paused, false, .record), (.paused, true, .tell),
            (.running, false, .tell), (.cancelled, false, .nothing),
        ])
    func cancelling(from state: JobState, isHeld: Bool, command: JobLifecycle.Command) throws {
        var value = isHeld ? heldLifecycle() : lifecycle(state)
        #expect(try value.askToCancel(job) == command)
        #expect(value.state == (command == .tell ? state : .cancelled))
    }

    @Test(
        "Asked to go on, a paused job queues, or is woken where it is held in memory",
        arguments: [
            (JobState.paused, false, JobLifecycle.Command.record, JobState.queued), (.paused, true, .tell, .paused),
            (.queued, false, .nothing, .queued), (.running, false, .nothing, .running),
        ])
    func resuming(from state: JobState, isHeld: Bool, command: JobLifecycle.Command, to next: JobState) throws {
        var value = isHeld ? heldLifecycle() : lifecycle(state)
        #expect(try value.askToResume(job) == command)
        #expect(value.state == next)
    }

    @Test("A pause that was not done yet is taken back by going on, and gives way to a cancellation")
    func changedMinds() throws {
        var value = lifecycle(.running)
        _ = try value.askToPause(job)
        _ = try value.askToResume(job)
        #expect(value.request == nil)
        _ = try value.askToPause(job)
        #expect(try value.askToCancel(job) == .tell)
        #expect(value.request == .cancel)
        #expect(try value.askToPause(job) == .nothing)
        #expect(value.request == .cancel)
    }

    @Test("What is over stays over", arguments: JobState.allCases.filter(\.isFinal))
    func finalStates(state: JobState) {
        var value = lifecycle(state)
        let before = value
        #expect(throws: JobError.self) { try value.askToPause(job) }
        #expect(throws: JobError.self) { try value.askToResume(job) }
        if state != .cancelled { #expect(throws: JobError.self) { try value.askToCancel(job) } }
        let changes = [
            value.start(), value.goOn(), value.hold(because: "x"), value.pause(because: "x"), value.succeed(),
            value.fail(because: "x"),
            value.stop(because: "x"), value.cancel(), value.recover(),
        ]
        #expect(!changes.contains(true))
        #expect(value == before)
    }

    @Test("Only a queued job starts: one that was paused meanwhile does not")
    func starting() {
        for state in JobState.allCases {
            var value = lifecycle(state)
            let started = value.start()
            #expect(started == (state == .queued))
        }
    }
    @Test("A job that was paused before its turn came stays as it is, whatever its turn met")
    func pausedBeforeItsTurn() throws {
        var value = lifecycle(.queued)
        _ = try value.askToPause(job)
        let before = value
        let changes = [value.stop(because: "it cannot be written"), value.fail(because: "it cannot be read")]
        #expect(changes == [false, false])
        #expect(value == before)
    }

    @Test("A held job continues only when asked, once, and can be paused again before it does")
    func holding() throws {
        var value = heldLifecycle()
        #expect(try value.askToResume(job) == .tell)
        #expect(try value.askToResume(job) == .nothing)
        #expect(value.isHeld && value.request == .resume)
        #expect(try value.askToPause(job) == .nothing)
        #expect(value.request == nil)
        #expect(try value.askToResume(job) == .tell)
        let goesOn = value.goOn()
        #expect(goesOn && value == lifecycle(.running))
    }

    @Test("A held job whose server stops is paused without its program, and queues when it is resumed")
    func letGo() throws {
        var value = heldLifecycle()
        let goesOn = value.goOn()
        #expect(!goesOn && value.state == .paused && !value.isHeld)
        #expect(try value.askToResume(job) == .record)
        #expect(value.state == .queued)
    }

    @Test("A held job that was asked to end is cancelled when its program stops, whoever resumes it meanwhile")
    func stopsToEnd() throws {
        var value = heldLifecycle()
        _ = try value.askToCancel(job)
        let command = try value.askToResume(job), goesOn = value.goOn()
        #expect(command == .nothing && !goesOn && value.request == .cancel)
        let changed = value.stop(because: "x")
        #expect(changed && value.state == .cancelled)
    }
}
