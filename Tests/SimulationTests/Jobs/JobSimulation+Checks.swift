import Basics
import Foundation
import TestSupport

@testable import Jobs

/// What must hold.
extension JobSimulation {
    /// Reads what happened to jobs since the last time.
    func readEvents() throws {
        guard let runner else { return }
        for job in jobs where !job.isOver && !job.isForgotten {
            guard try runner.job(job.id).lastSequence > job.last else { continue }
            for event in try runner.store.events(of: job.id, after: job.last, limit: .max) {
                try job.take(event)
                if case .stateChanged(.paused, let reason, _) = event.content { try checkCause(reason, of: job) }
            }
        }
        let unfinished = jobs.filter { !$0.isOver && !$0.isForgotten }.map(\.asked.specification.policy)
        try require(Set(unfinished).count == unfinished.count, "a policy has one job at a time", "\(unfinished)")
    }

    /// A job pauses by itself only for a reason.
    private func checkCause(_ reason: String, of job: KnownJob) throws(SimulationError) {
        guard disk.harms == 0, flips == 0 else { return }
        let isRight = reason.hasPrefix("paused ") || reason.contains("is not loaded any more")
        try require(isRight, "a job pauses by itself only for a reason", "\(job.id): \(reason)")
    }

    /// No task has anything to do: nobody waits for what has happened, or for what nothing will bring about.
    func checkRest() throws {
        guard let runner else { return }
        let records = try jobs.filter { !$0.isOver && !$0.isForgotten }.map { ($0, try runner.job($0.id)) }
        for (job, record) in records {
            try require(record.pending != "cancel", "a cancellation ends a job at once", "\(job.id)")
            try check(record, of: job)
            guard let due = job.pauseDue else { continue }
            if record.pending != "pause" { job.pauseDue = nil }
            try require(
                record.pending != "pause" || clock.now <= due, "a pause happens after the step", "\(job.id)")
        }
        let states = records.map(\.1.state)
        if states.contains(.queued) {
            // A job that could not be saved keeps its place while it is paused.
            let taken = states.count { $0 == .running || $0 == .paused }
            try require(taken >= setting.runningJobs, "a queued job runs where there is a place for it", "\(states)")
        }
        for watcher in watchers { try check(watcher) }
    }

    private func check(_ watcher: SimulatedWatcher) throws(SimulationError) {
        let job = watcher.job
        switch watcher.end {
        case .failed(let error as JobError): throw SimulationError("events can be read", "\(job.id): \(error)")
        case .failed: break
        case .over:
            try require(
                job.isForgotten || job.isOver && watcher.last >= job.last,
                "a watcher is told all until a job is over", "\(job.id): \(watcher.last) of \(job.last)")
        case nil:
            guard watcher.task != nil, watcher.reads, watcher.last <= job.last else { return }
            try require(
                watcher.last == job.last && !job.isOver, "a watcher is told what happens when it happens",
                "\(job.id): \(watcher.last) of \(job.last)")
        }
    }

    // MARK: The end

    /// The most times that jobs are resumed to end what is left.
    private static let mostResumes = 40

    func finish() throws {
        disk.trouble = DiskTrouble()
        for watcher in watchers { watcher.reads = true }
        try settle(turns: nil)
        var rounds = 0
        while jobs.contains(where: { !$0.isOver && !$0.isForgotten }) {
            rounds += 1
            try require(
                rounds <= Self.mostResumes, "every job ends",
                "\(jobs.filter { !$0.isOver }.map { ($0.id, $0.state, $0.reason) })")
            // The disk may have failed when they paused, so that no event says so.
            for job in jobs where try runner?.job(job.id).state == .paused { try resume(job) }
            try pass(.seconds(StepPlan.longest))
        }
        for job in jobs where !job.isForgotten { try checkEnd(of: job) }
        try checkPlaces()
        try restart(grace: .seconds(60))
        try tearDown()
    }

    private func checkEnd(of job: KnownJob) throws {
        guard let runner else { return }
        try require(
            job.state != .succeeded || !job.asked.plan.fails, "a job that fails does not succeed", "\(job.id)")
        if job.isCancelled { try require(job.state == .cancelled, "a cancellation stays one", "\(job.id)") }
        let stored = try runner.store.feedback(of: job.id, after: 0, limit: .max)
        try require(
            stored.map(\.number) == Array(1..<Int64(stored.count) + 1), "feedback has consecutive numbers", "\(job.id)")
        let prompts = stored.map(\.record.prompt)
        try require(Set(prompts).count == prompts.count, "no record of feedback is there twice", "\(job.id)")
        try require(
            Set(job.feedback).isSubset(of: prompts) && job.doubtfulFeedback.union(job.feedback).isSuperset(of: prompts),
            "feedback that was accepted is there", "\(job.id)")
        try checkSteps(of: job, prompts)
    }

    /// A job that was stopped anyhow comes to what an undisturbed one comes to, with each record of feedback used once.
    private func checkSteps(of job: KnownJob, _ prompts: [String]) throws(SimulationError) {
        var value = SplitMix.mix(~job.asked.plan.seed), next: Int64 = 1
        for step in 0..<job.steps {
            for number in job.used[step + 1] ?? [] {
                try require(number == next, "a record of feedback is used once", "\(job.id): \(number), not \(next)")
                next += 1
                value = SplitMix.mix(value ^ UInt64(number) ^ fingerprint(prompts[Int(number) - 1].utf8))
            }
            value = SimulatedProgram.next(value, step + 1)
            try require(
                job.values[step + 1] == SimulatedProgram.metric(value), "a step comes to what it would undisturbed",
                "\(job.id), step \(step + 1)")
        }
    }

    /// Policies and quotas are free again.
    private func checkPlaces() throws {
        for policy in 0..<3 {
            var specification = JobSpecification(kind: .grpo)
            specification.policy = "policy\(policy)"
            specification.steps = 1
            specification.data.train = "data.jsonl"
            try create(SimulatedJob(specification, for: JobOwner(name: "owner\(policy % 2)", limit: 1)))
            let made = jobs.count - 1
            try require(jobs.last?.asked.specification == specification, "all places are free at the end")
            try cancel(made)
            try settle(turns: nil)
            try require(jobs.last?.state == .cancelled, "a cancellation ends a job at once")
        }
    }
}
