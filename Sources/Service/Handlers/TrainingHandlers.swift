import Foundation
import Jobs
import Messages
import Rollouts
import Trees
import Wire

/// attnrl.v1.TrainingService.
struct TrainingHandlers: Sendable {
    let engine: Engine
    /// Nil if the server has no jobs.
    let runner: JobRunner?
    let places: Places
    let errors: CallErrors
    private let encodings = EventEncodings()

    /// The most records in a request: this many are read and stored in a moment, and their answer fits in a message.
    private static let recordLimit = 10_000

    init(engine: Engine, runner: JobRunner?, places: Places, errors: CallErrors) {
        self.engine = engine
        self.runner = runner
        self.places = places
        self.errors = errors
    }

    func register(on router: inout RPCRouter) {
        registerChanges(on: &router)
        router.register(V1.TrainingService.getJob) { request, call in
            try await answering(call) { jobs in
                let id = try Self.id(request.id)
                return try V1.Job(try await onBlockingThread { try jobs.job(id) })
            }
        }
        router.register(V1.TrainingService.listJobs) { request, call in
            try await answering(call) { try await list(request, $0) }
        }
        router.register(V1.TrainingService.watchJob) { request, responses, call in
            try await answering(call) { try await watch(request, responses, $0) }
        }
        router.register(V1.TrainingService.listCheckpoints) { request, call in
            try await answering(call) { jobs in
                let id = try Self.id(request.job, path: "job")
                var response = V1.ListCheckpointsResponse()
                response.checkpoints = try await onBlockingThread { try jobs.checkpoints(ofJob: id) }
                    .map(V1.Checkpoint.init)
                return response
            }
        }
        router.register(V1.TrainingService.exportCheckpoint) { request, call in
            try await answering(call) { try await export(request, $0) }
        }
        router.register(V1.TrainingService.getTrees) { request, responses, call in
            try await answering(call) { try await trees(request, responses, $0) }
        }
        router.register(V1.TrainingService.feedback) { requests, responses, call in
            try await answering(call) { try await feedback(requests, responses, $0) }
        }
    }

    private func registerChanges(on router: inout RPCRouter) {
        router.register(V1.TrainingService.createJob) { request, call in
            try await answering(call) { try await create(request, $0, for: call.caller) }
        }
        router.register(V1.TrainingService.cancelJob) { request, call in
            try await answering(call) { jobs in
                try await change(request.id) { id throws(JobError) in try jobs.cancel(id) }
            }
        }
        router.register(V1.TrainingService.pauseJob) { request, call in
            try await answering(call) { jobs in
                try await change(request.id) { id throws(JobError) in try jobs.pause(id) }
            }
        }
        router.register(V1.TrainingService.resumeJob) { request, call in
            try await answering(call) { jobs in
                try await change(request.id) { id throws(JobError) in try jobs.resume(id) }
            }
        }
    }

    static let noJobs = RPCError(
        .failedPrecondition, reason: "NO_JOBS",
        "This server keeps no training jobs. Start it with `attnrl serve --jobs DIR`.")

    private func answering<Answer>(
        _ call: CallContext, _ body: (JobRunner) async throws -> Answer
    ) async throws -> Answer {
        try await errors.answering(call) {
            guard let runner else { throw Self.noJobs }
            return try await body(runner)
        }
    }

    private static func id(_ text: String, path: String = "id") throws -> JobID {
        var problems = FieldProblems()
        guard let id = problems.job(text, path: path) else {
            try problems.check()
            throw JobError.unknownJob(JobID(number: 0))
        }
        return id
    }

    // MARK: Creating and changing

    private func create(
        _ request: V1.CreateJobRequest, _ jobs: JobRunner, for caller: Caller
    ) async throws -> V1.Job {
        let requested = try RequestedSpecification(request)
        var specification = requested.specification
        var problems = FieldProblems()
        do {
            specification.policy = try engine.policy(specification.policy).name
        } catch {
            problems.add(requested.path + "policy", value: specification.policy, error.description)
        }
        // At once: looking for what else is wrong would tell what is there.
        var outside = FieldProblems()
        specification.data.train = outside.data(
            specification.data.train, in: places.data, requested.path + "data.train")
        specification.data.heldOut = specification.data.heldOut.map {
            outside.data($0, in: places.data, requested.path + "data.held_out")
        }
        if JobID(specification.reward.model) == nil, !specification.reward.model.isEmpty {
            specification.reward.model = outside.path(
                specification.reward.model, in: places.data, flag: "--data-root", requested.path + "reward.model")
        }
        try outside.check()
        // If the request already made a job, no check is needed: its policy or data may be gone by now.
        let id = request.requestId
        let isMade = try await onBlockingThread { try jobs.hasMade(requestID: id) }
        if request.validateOnly || !isMade {
            let found = try await Self.problems(of: specification, jobs)
            if let found { problems.add(found, path: requested.path) }
        }
        try problems.check()
        if request.validateOnly { return try V1.Job(checked: specification) }
        let checked = specification
        let owner = JobOwner(name: caller.name, limit: caller.quota.jobs)
        return try V1.Job(
            try await onBlockingThread { try jobs.create(checked, requestID: request.requestId, for: owner) })
    }

    /// The problems of a specification, including those of the files it names.
    private static func problems(
        of specification: JobSpecification, _ jobs: JobRunner
    ) async throws -> SpecificationProblems? {
        try await withCallersFiles {
            do throws(SpecificationProblems) {
                try await jobs.check(specification)
                return nil
            } catch {
                return error
            }
        }
    }

    private func change(
        _ text: String, _ change: @escaping @Sendable (JobID) throws(JobError) -> JobRecord
    ) async throws -> V1.Job {
        let id = try Self.id(text)
        return try V1.Job(try await onBlockingThread { try change(id) })
    }

    // MARK: Reading

    private func list(_ request: V1.ListJobsRequest, _ jobs: JobRunner) async throws -> V1.ListJobsResponse {
        var problems = FieldProblems()
        problems.require(
            request.pageSize >= 0, "page_size", value: "\(request.pageSize)",
            "\(request.pageSize) jobs. Give 0 to \(PageToken.largestPage).")
        let token = PageToken(request.pageToken)
        let before = token?.key.flatMap { JobID($0) }
        problems.require(
            token != nil && (token?.key == nil || before != nil), "page_token", value: request.pageToken,
            "This server made no such token. Leave it empty to begin with the first page.")
        let states = problems.list(
            request.states, atMost: JobState.allCases.count, "states", "states"
        ).compactMap { state in
            if let known = JobState(state) { return known }
            problems.add("states", value: "\(state)", "\(state) is not a job state this server knows.")
            return nil
        }
        try problems.check()
        let size = request.pageSize == 0 ? PageToken.largestPage : min(Int(request.pageSize), PageToken.largestPage)
        // One more than requested, to tell whether there are more.
        let found = try await onBlockingThread {
            try jobs.jobs(before: before, states: Set(states), limit: size + 1)
        }
        var response = V1.ListJobsResponse()
        response.jobs = try found.prefix(size).map { try V1.Job($0) }
        if found.count > size, let last = response.jobs.last { response.nextPageToken = PageToken.text(after: last.id) }
        return response
    }

    private func watch(
        _ request: V1.WatchJobRequest, _ responses: ResponseStream<V1.JobEvent>, _ jobs: JobRunner
    ) async throws {
        let id = try Self.id(request.id)
        var problems = FieldProblems()
        problems.require(
            request.afterSequence >= 0, "after_sequence", value: "\(request.afterSequence)",
            "\(request.afterSequence) is not the number of an event. Give 0 for all, or the number of the last one seen."
        )
        try problems.check()
        let watch = try await onBlockingThread {
            try jobs.watch(id, after: request.afterSequence, pastOnly: request.pastOnly)
        }
        for try await event in watch { try await responses.send(serialized: encodings.bytes(of: event, job: id)) }
    }

    private func trees(
        _ request: V1.GetTreesRequest, _ responses: ResponseStream<V1.GetTreesResponse>, _ jobs: JobRunner
    ) async throws {
        let id = try Self.id(request.job, path: "job")
        let step = request.step.map { Int($0) }
        let archive = try await onBlockingThread { TreeArchive(folder: try jobs.folder(ofJob: id)) }
        let kept = archive.steps
        let wanted = step.map { [$0] } ?? kept
        guard !wanted.isEmpty, kept.contains(wanted) else {
            throw JobError.unknownTrees(job: id, step: step, existing: kept)
        }
        var index: Int32 = 0
        for step in wanted {
            let trees = try await onBlockingThread {
                do {
                    return try archive.trees(ofStep: step)
                } catch {
                    throw JobError.file(
                        path: archive.file(ofStep: step).path, reason: "It cannot be read as trees: \(error)")
                }
            }
            for tree in trees {
                for piece in V1.Tree.pieces(of: tree) {
                    var message = V1.GetTreesResponse()
                    message.index = index
                    message.tree = piece
                    try await responses.send(message)
                }
                index += 1
            }
        }
    }

    private func export(
        _ request: V1.ExportCheckpointRequest, _ jobs: JobRunner
    ) async throws -> V1.ExportCheckpointResponse {
        var problems = FieldProblems()
        let id = problems.job(request.job, path: "job")
        problems.require(
            request.directory.hasPrefix("/"), "directory", value: request.directory,
            "The path must be absolute: the server has a working folder of its own.")
        problems.require(
            !request.directory.utf8.contains(0), "directory", value: request.directory,
            "It holds a zero byte, which no path can.")
        let directory = problems.path(request.directory, in: places.exports, flag: "--export-root", "directory")
        let step = request.step.flatMap { Int(exactly: $0) }
        problems.require(
            step ?? 0 >= 0, "step", value: "\(step ?? 0)", "\(step ?? 0) is not a step. Leave it out for the newest.")
        try problems.check()
        guard let id else { throw JobError.unknownJob(JobID(number: 0)) }
        let target = URL(fileURLWithPath: directory).standardizedFileURL
        let exported = try await withCallersFiles { try jobs.export(id, step: step, to: target) }
        var response = V1.ExportCheckpointResponse()
        response.checkpoint = V1.Checkpoint(exported.checkpoint)
        response.directory = target.path
        response.bytes = exported.bytes
        return response
    }

    // MARK: Feedback

    private func feedback(
        _ requests: RequestStream<V1.FeedbackRequest>, _ responses: ResponseStream<V1.FeedbackResponse>,
        _ jobs: JobRunner
    ) async throws {
        var current: JobID?
        for try await request in requests {
            if !request.job.isEmpty || current == nil { current = try Self.id(request.job, path: "job") }
            guard let id = current else { continue }
            var problems = FieldProblems()
            let records = problems.list(request.records, atMost: Self.recordLimit, "records", "records")
                .map(FeedbackRecord.init)
            problems.requestID(request.requestId)
            try problems.check()
            let refused = try await onBlockingThread {
                try jobs.offer(records, to: id, requestID: request.requestId)
            }
            var response = V1.FeedbackResponse()
            response.taken = Int32(clamping: records.count - refused.count)
            response.refused = refused.map(V1.RefusedFeedback.init)
            try await responses.send(response)
        }
    }
}

extension FeedbackRecord {
    /// A record without content becomes one with an empty answer, and is rejected in the same way.
    fileprivate init(_ message: V1.FeedbackRecord) {
        switch message.content {
        case .answer(let answer): self.init(prompt: message.prompt, content: .answer(answer))
        case .rewarded(let rewarded):
            self.init(
                prompt: message.prompt, content: .rewarded(response: rewarded.response, reward: rewarded.reward))
        case nil: self.init(prompt: message.prompt, content: .answer(""))
        }
    }
}

extension V1.RefusedFeedback {
    fileprivate init(_ refused: JobRunner.RefusedFeedback) {
        self.init()
        index = Int32(clamping: refused.index)
        reason = refused.reason
    }
}
