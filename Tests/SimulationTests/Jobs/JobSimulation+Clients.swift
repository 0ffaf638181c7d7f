import Foundation
import Logging

@testable import Jobs

/// What clients do, and what they may be answered.
extension JobSimulation {
    enum Answer<Value> {
        case done(Value)
        case refused(JobError)
        /// The process died, or the disk failed: what was asked for may have happened or not.
        case lost
    }

    private func ask<Value>(_ request: (JobRunner) throws(JobError) -> Value) throws(SimulationError) -> Answer<Value> {
        guard let runner else { return .lost }
        let harms = disk.harms
        do throws(JobError) {
            let value = try request(runner)
            return disk.isDead ? .lost : .done(value)
        } catch {
            if disk.isDead { return .lost }
            switch error {
            case .store, .outOfSpace, .file:
                try require(disk.harms > harms, "a request fails only where the disk does", "\(error)")
                return .lost
            default: return .refused(error)
            }
        }
    }

    /// Jobs that are not over, as far as the server knows.
    private func unfinished(_ isMeant: (KnownJob) -> Bool) -> [KnownJob] {
        jobs.filter { job in
            isMeant(job) && !job.isOver && (try? runner?.job(job.id).state.isFinal) == false
        }
    }

    /// Jobs that keep their places: also those whose end the disk did not take yet, which go on after a crash.
    private func inPlace(_ isMeant: (KnownJob) -> Bool) -> [KnownJob] {
        jobs.filter { job in
            isMeant(job) && !job.isOver && (try? runner?.store.job(job.id).state.isFinal) != true
        }
    }

    func create(_ asked: SimulatedJob) throws(SimulationError) {
        func isRival(_ job: KnownJob) -> Bool { job.asked.specification.policy == asked.specification.policy }
        func isOwn(_ job: KnownJob) -> Bool { job.asked.owner.name == asked.owner.name }
        let same = asked.requestID.flatMap { id in jobs.first { $0.asked.requestID == id } }
        let rivals = unfinished(isRival), own = unfinished(isOwn).count
        let placed = (rivals: inPlace(isRival), own: inPlace(isOwn).count)
        switch try ask({ runner throws(JobError) in
            try runner.create(asked.specification, requestID: asked.requestID, for: asked.owner)
        }) {
        case .lost: doubtful.append(asked)
        case .refused(.requestIDTaken(_, let id)):
            try require(
                same?.id == id && same?.asked.specification != asked.specification,
                "an id of a request is refused only for another specification", "\(asked)")
        case .refused(.policyBusy(_, let id)):
            try require(
                same == nil && placed.rivals.contains { $0.id == id }, "a policy is busy only with a job",
                "\(asked): \(id)")
        case .refused(.quotaFull(let limit)):
            try require(same == nil && placed.own >= limit, "a quota is full only of jobs", "\(asked): \(placed.own)")
        case .refused(let error): throw SimulationError("a job is refused for a reason", "\(error)")
        case .done(let record):
            if let same {
                try require(
                    record.id == same.id && same.asked.specification == asked.specification,
                    "a request that is repeated makes no other job", "\(asked): \(record.id), not \(same.id)")
                return
            }
            try require(rivals.isEmpty, "a policy has one job at a time", "\(rivals.map(\.id)) and \(record.id)")
            try require(own < asked.owner.limit ?? .max, "no owner has more jobs than it may", "\(asked)")
            try require(record.id > jobs.last?.id ?? JobID(number: 0), "numbers of jobs increase", "\(record.id)")
            jobs.append(KnownJob(record.id, asked))
        }
    }

    func get(_ number: Int) throws(SimulationError) {
        guard let job = known(number) else { return }
        if case .done(let record) = try ask({ runner throws(JobError) in try runner.job(job.id) }) {
            try check(record, of: job)
        }
    }

    func check(_ record: JobRecord, of job: KnownJob) throws(SimulationError) {
        try require(
            record.specification == job.asked.specification && record.owner == job.asked.owner.name,
            "a job is the one that was asked for", "\(job.id)")
        try require(record.lastSequence >= job.last, "a job knows the events it told", "\(job.id)")
        if job.isOver { try require(record.state == job.state, "a job that is over stays so", "\(record)") }
    }

    func list(_ limit: Int, _ isUnfinished: Bool) throws(SimulationError) {
        let states = isUnfinished ? Set(JobState.allCases.filter { !$0.isFinal }) : []
        guard
            case .done(let records) = try ask({ runner throws(JobError) in
                try runner.jobs(before: nil, states: states, limit: limit)
            })
        else { return }
        if isUnfinished {
            // What the disk had no room for yet counts as it was.
            try require(records.count <= limit, "a list has as many jobs as were asked for")
        } else {
            try require(
                records.map(\.id) == jobs.suffix(limit).reversed().map(\.id), "a list has the newest jobs",
                "\(records.map(\.id))")
        }
        for record in records {
            if let job = jobs.first(where: { $0.id == record.id }) { try check(record, of: job) }
        }
    }

    // MARK: Watching

    func watch(_ job: KnownJob, after last: Int64) {
        let watcher = SimulatedWatcher(job, after: last)
        watchers.append(watcher)
        connect(watcher)
    }

    func connect(_ watcher: SimulatedWatcher) {
        guard let watch = try? runner?.watch(watcher.job.id, after: watcher.last) else { return }
        let disk = disk
        watcher.task = Task(executorPreference: tasks) { await watcher.read(watch) { disk.isDead } }
    }

    func reconnect(_ number: Int) {
        guard let old = watcher(number) else { return }
        watchers.removeAll { $0 === old }
        old.reads = true
        old.task?.cancel()
        watch(old.job, after: old.last)
    }

    // MARK: Changing

    func pause(_ number: Int) throws(SimulationError) {
        guard let job = known(number) else { return }
        switch try ask({ runner throws(JobError) in try runner.pause(job.id) }) {
        case .lost: break
        case .refused(.wrongState(_, let state, _)):
            try require(state.isFinal, "a job can be paused until it is over", "\(job.id) is \(state)")
        case .refused(let error): throw SimulationError("a pause is refused for a reason", "\(error)")
        case .done(let record):
            if record.pending == "pause", job.pauseDue == nil {
                job.pauseDue = clock.now.advanced(by: .seconds(StepPlan.longest))
            }
        }
    }

    func resume(_ number: Int) throws(SimulationError) {
        guard let job = known(number) else { return }
        try resume(job)
    }

    func resume(_ job: KnownJob) throws(SimulationError) {
        switch try ask({ runner throws(JobError) in try runner.resume(job.id) }) {
        case .lost: break
        case .refused(.wrongState(_, let state, _)):
            try require(state.isFinal, "a job can be resumed until it is over", "\(job.id) is \(state)")
        case .refused(let error): throw SimulationError("a job is not resumed for a reason", "\(error)")
        case .done: job.pauseDue = nil
        }
    }

    func cancel(_ number: Int) throws(SimulationError) {
        guard let job = known(number) else { return }
        switch try ask({ runner throws(JobError) in try runner.cancel(job.id) }) {
        case .lost: break
        case .refused(.wrongState(_, let state, _)):
            try require(
                state == .succeeded || state == .failed, "a job can be cancelled until it is over",
                "\(job.id) is \(state)")
        case .refused(let error): throw SimulationError("a job is not cancelled for a reason", "\(error)")
        case .done(let record): if record.state == .cancelled { job.isCancelled = true }
        }
    }

    func offer(_ number: Int, _ count: Int) throws(SimulationError) {
        guard let job = known(number) else { return }
        let prompts = (0..<count).map { _ in
            requests += 1
            return "\(job.id), prompt \(requests)"
        }
        let records = prompts.enumerated().map { index, prompt in
            FeedbackRecord(
                prompt: prompt,
                content: index.isMultiple(of: 2) || job.asked.specification.kind == .sft
                    ? .answer("answer") : .rewarded(response: "response", reward: 0.5))
        }
        switch try ask({ runner throws(JobError) in try runner.offer(records, to: job.id) }) {
        case .lost: job.doubtfulFeedback.formUnion(prompts)
        case .refused(.feedbackNotEnabled):
            try require(!job.asked.specification.feedback.enabled, "feedback is taken where it is enabled", "\(job.id)")
        case .refused(.wrongState(_, let state, _)):
            try require(state.isFinal, "feedback is taken until a job is over", "\(job.id) is \(state)")
        case .refused(let error): throw SimulationError("feedback is refused for a reason", "\(error)")
        case .done(let refused):
            let out = Set(refused.map(\.index))
            job.feedback += prompts.enumerated().filter { !out.contains($0.offset) }.map(\.element)
        }
    }

    // MARK: Checkpoints

    func listCheckpoints(_ number: Int) throws(SimulationError) {
        guard let job = known(number) else { return }
        let told = job.checkpoints
        guard case .done(let list) = try ask({ runner throws(JobError) in try runner.checkpoints(ofJob: job.id) })
        else { return }
        try require(
            Set(told).isSubset(of: list.map(\.step)), "checkpoints that were told of are there",
            "\(job.id): \(told), found \(list.map(\.step))")
    }

    func export(_ number: Int) throws(SimulationError) {
        guard let job = known(number) else { return }
        requests += 1
        let target = URL(fileURLWithPath: disk.path + "/exports/\(requests)"), told = job.checkpoints
        switch try ask({ runner throws(JobError) in try runner.export(job.id, step: nil, to: target) }) {
        case .lost: break
        case .refused(.noPolicy):
            try require(!job.asked.specification.kind.has(.trains), "a job that trains has a policy", "\(job.id)")
        case .refused(.noCheckpoint), .refused(.damagedCheckpoint):
            try require(told.isEmpty, "a checkpoint that was told of can be exported", "\(job.id): \(told)")
        case .refused(let error): throw SimulationError("an export is refused for a reason", "\(error)")
        case .done(let export):
            let policy = try? Data(contentsOf: target.appendingPathComponent("model.safetensors"))
            try require(
                policy == job.computed[export.checkpoint.step].map { Data("\($0)".utf8) },
                "what is exported is what was computed", "\(job.id), step \(export.checkpoint.step)")
            try require(
                export.checkpoint.step >= told.max() ?? 0, "the newest checkpoint is exported", "\(job.id)")
        }
    }

    /// Flips a bit of a file of a job's checkpoints.
    func flip(_ number: Int, _ file: Int, _ bit: Int) throws {
        guard let job = known(number) else { return }
        let folder = disk.path + "/jobs/\(job.id)/checkpoints"
        let (files, isThere) = disk.watching(false) {
            let files = (FileManager.default.subpaths(atPath: folder) ?? []).sorted()
            return (files.filter { $0.hasPrefix("step-") }, { (name: String) in files.contains(name) })
        }
        guard !files.isEmpty else { return }
        let path = files[file % files.count]
        guard let name = path.split(separator: "/").first, let step = Int(name.dropFirst("step-".count)),
            try disk.flip(folder + "/" + path, bit: bit)
        else { return }
        flips += 1
        job.damage(step) { isThere("step-" + String(repeating: "0", count: 8 - "\($0)".count) + "\($0)") }
    }
}
