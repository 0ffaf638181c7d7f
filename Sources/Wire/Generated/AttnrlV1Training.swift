// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/training.proto. Changes belong there.

package import CProtos

extension V1 {
    /// Training jobs on the policies this server hosts.
    public enum TrainingService {
        public static let name = "attnrl.v1.TrainingService"

        /// Creates a job, or only checks its specification. All that is wrong with it
        /// comes at once, as BadRequest with the paths of the fields.
        public static let createJob = UnaryMethod<V1.CreateJobRequest, V1.Job>(
            MethodName(service: name, method: "CreateJob"))

        /// Returns one job.
        public static let getJob = UnaryMethod<V1.GetJobRequest, V1.Job>(
            MethodName(service: name, method: "GetJob"))

        /// Lists jobs, the newest first.
        public static let listJobs = UnaryMethod<V1.ListJobsRequest, V1.ListJobsResponse>(
            MethodName(service: name, method: "ListJobs"))

        /// Ends a job, in the middle of a step too. Its checkpoints stay.
        public static let cancelJob = UnaryMethod<V1.CancelJobRequest, V1.Job>(
            MethodName(service: name, method: "CancelJob"))

        /// Stops a job after its current step and saves a checkpoint. Answers at
        /// once; the state becomes PAUSED when that is done.
        public static let pauseJob = UnaryMethod<V1.PauseJobRequest, V1.Job>(
            MethodName(service: name, method: "PauseJob"))

        /// Goes on with a paused job.
        public static let resumeJob = UnaryMethod<V1.ResumeJobRequest, V1.Job>(
            MethodName(service: name, method: "ResumeJob"))

        /// Streams a job's events: those of the past first, then the others as they
        /// happen, each once and in order. Ends after the event that ends the job.
        public static let watchJob = ServerStreamingMethod<V1.WatchJobRequest, V1.JobEvent>(
            MethodName(service: name, method: "WatchJob"))

        /// Lists the checkpoints of a job that are whole, by step.
        public static let listCheckpoints = UnaryMethod<V1.ListCheckpointsRequest, V1.ListCheckpointsResponse>(
            MethodName(service: name, method: "ListCheckpoints"))

        /// Copies the policy of a checkpoint to a folder in Hugging Face layout on
        /// the server's machine.
        public static let exportCheckpoint = UnaryMethod<V1.ExportCheckpointRequest, V1.ExportCheckpointResponse>(
            MethodName(service: name, method: "ExportCheckpoint"))

        /// Streams the rollout trees that a job has kept, by step. What is not there
        /// is NOT_FOUND, with the steps that are.
        public static let getTrees = ServerStreamingMethod<V1.GetTreesRequest, V1.GetTreesResponse>(
            MethodName(service: name, method: "GetTrees"))

        /// Sends records to a job to learn from. Each request is answered once, in
        /// order, when its records are stored: they are not lost then when the server
        /// is killed.
        public static let feedback = BidirectionalMethod<V1.FeedbackRequest, V1.FeedbackResponse>(
            MethodName(service: name, method: "Feedback"))
    }
}

extension V1 {
    public struct JobState: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static var unspecified: Self { Self(rawValue: 0) }
        /// Waits for its turn.
        public static var queued: Self { Self(rawValue: 1) }
        /// Computes, or goes on computing when the server starts again.
        public static var running: Self { Self(rawValue: 2) }
        /// Stopped with everything kept, until it is resumed.
        public static var paused: Self { Self(rawValue: 3) }
        public static var succeeded: Self { Self(rawValue: 4) }
        public static var failed: Self { Self(rawValue: 5) }
        public static var cancelled: Self { Self(rawValue: 6) }

        public static var allCases: [Self] { [.unspecified, .queued, .running, .paused, .succeeded, .failed, .cancelled] }
        public static var namePrefix: String { "JOB_STATE_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "JOB_STATE_UNSPECIFIED"
            case 1: "JOB_STATE_QUEUED"
            case 2: "JOB_STATE_RUNNING"
            case 3: "JOB_STATE_PAUSED"
            case 4: "JOB_STATE_SUCCEEDED"
            case 5: "JOB_STATE_FAILED"
            case 6: "JOB_STATE_CANCELLED"
            default: nil
            }
        }
    }
}

extension V1 {
    public struct Job: ProtobufMessage {
        /// "job-12"; empty when the specification was only checked.
        public var id: String = ""
        public var state: V1.JobState = V1.JobState(rawValue: 0)
        /// Why it is in this state, where there is something to say.
        public var reason: String = ""
        /// With every default filled in.
        public var specification: V1.JobSpecification?
        /// Steps done, those of before a restart included.
        public var stepsDone: Int64 = 0
        /// Steps of the whole job; not set while that is not known.
        public var totalSteps: Int64?
        /// Seconds since 1970.
        public var createdAt: Double = 0
        /// When it last began to compute, in seconds since 1970; 0 if it never did.
        public var startedAt: Double = 0
        /// When it ended, in seconds since 1970; 0 while it has not.
        public var endedAt: Double = 0
        /// Number of its last event; 0 before the first.
        public var lastSequence: Int64 = 0
        /// Version of the policy published last; 0 before the first.
        public var publishedVersion: Int64 = 0
        /// What was asked and not done yet: of a running job "pause" or "cancel", of
        /// one that is paused with its program in memory "resume" or "cancel"; empty
        /// for nothing.
        public var pending: String = ""
        /// What each rank did in the last step, in the order of ranks; empty for a job
        /// of one rank, one that is over, and before this server has done a step of it.
        public var ranks: [V1.RankShare] = []

        public init() {}
    }
}

extension V1.Job: CMessage {
    public static var fullName: String { "attnrl.v1.Job" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__job__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Job>) throws(ProtobufError) {
        id = try CRead.string(c.pointee.id, "id")
        state = V1.JobState(rawValue: Int32(truncatingIfNeeded: c.pointee.state.rawValue))
        reason = try CRead.string(c.pointee.reason, "reason")
        specification = try CRead.optionalMessage(c.pointee.specification, "specification")
        stepsDone = c.pointee.steps_done
        if c.pointee._total_steps_case.rawValue != 0 { totalSteps = c.pointee.total_steps }
        createdAt = c.pointee.created_at
        startedAt = c.pointee.started_at
        endedAt = c.pointee.ended_at
        lastSequence = c.pointee.last_sequence
        publishedVersion = c.pointee.published_version
        pending = try CRead.string(c.pointee.pending, "pending")
        ranks = try CRead.messages(c.pointee.ranks, c.pointee.n_ranks, "ranks")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Job>, _ arena: MessageArena) {
        c.pointee.id = arena.string(id)
        c.pointee.state = .init(rawValue: .init(truncatingIfNeeded: state.rawValue))
        c.pointee.reason = arena.string(reason)
        if let value = specification { c.pointee.specification = arena.message(value) }
        c.pointee.steps_done = stepsDone
        if let value = totalSteps {
            c.pointee._total_steps_case = ATTNRL__V1__JOB___TOTAL_STEPS_TOTAL_STEPS
            c.pointee.total_steps = value
        }
        c.pointee.created_at = createdAt
        c.pointee.started_at = startedAt
        c.pointee.ended_at = endedAt
        c.pointee.last_sequence = lastSequence
        c.pointee.published_version = publishedVersion
        c.pointee.pending = arena.string(pending)
        (c.pointee.n_ranks, c.pointee.ranks) = arena.messages(ranks)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("id", &id)
        visitor.field("state", &state)
        visitor.field("reason", &reason)
        visitor.optional("specification", &specification)
        visitor.field(.init("stepsDone", "steps_done"), &stepsDone)
        visitor.optional(.init("totalSteps", "total_steps"), &totalSteps)
        visitor.field(.init("createdAt", "created_at"), &createdAt)
        visitor.field(.init("startedAt", "started_at"), &startedAt)
        visitor.field(.init("endedAt", "ended_at"), &endedAt)
        visitor.field(.init("lastSequence", "last_sequence"), &lastSequence)
        visitor.field(.init("publishedVersion", "published_version"), &publishedVersion)
        visitor.field("pending", &pending)
        visitor.repeated("ranks", &ranks)
    }
}

extension V1 {
    /// What a rank did in a step, and how long that took.
    public struct RankShare: ProtobufMessage {
        public var rank: Int32 = 0
        /// The machine it runs on.
        public var host: String = ""
        /// Tokens it drew.
        public var drawnTokens: Int64 = 0
        /// Tokens it computed gradients of.
        public var learntTokens: Int64 = 0
        public var bytesSent: Int64 = 0
        public var secondsComputing: Double = 0
        /// Waiting for other ranks.
        public var secondsWaiting: Double = 0
        /// While messages were on their way beside what it computed.
        public var secondsAside: Double = 0

        public init() {}
    }
}

extension V1.RankShare: CMessage {
    public static var fullName: String { "attnrl.v1.RankShare" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__rank_share__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__RankShare>) throws(ProtobufError) {
        rank = c.pointee.rank
        host = try CRead.string(c.pointee.host, "host")
        drawnTokens = c.pointee.drawn_tokens
        learntTokens = c.pointee.learnt_tokens
        bytesSent = c.pointee.bytes_sent
        secondsComputing = c.pointee.seconds_computing
        secondsWaiting = c.pointee.seconds_waiting
        secondsAside = c.pointee.seconds_aside
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__RankShare>, _ arena: MessageArena) {
        c.pointee.rank = rank
        c.pointee.host = arena.string(host)
        c.pointee.drawn_tokens = drawnTokens
        c.pointee.learnt_tokens = learntTokens
        c.pointee.bytes_sent = bytesSent
        c.pointee.seconds_computing = secondsComputing
        c.pointee.seconds_waiting = secondsWaiting
        c.pointee.seconds_aside = secondsAside
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("rank", &rank)
        visitor.field("host", &host)
        visitor.field(.init("drawnTokens", "drawn_tokens"), &drawnTokens)
        visitor.field(.init("learntTokens", "learnt_tokens"), &learntTokens)
        visitor.field(.init("bytesSent", "bytes_sent"), &bytesSent)
        visitor.field(.init("secondsComputing", "seconds_computing"), &secondsComputing)
        visitor.field(.init("secondsWaiting", "seconds_waiting"), &secondsWaiting)
        visitor.field(.init("secondsAside", "seconds_aside"), &secondsAside)
    }
}

extension V1 {
    public struct CreateJobRequest: ProtobufMessage {
        public var source: Source?
        /// Check everything, create nothing.
        public var validateOnly: Bool = false
        /// Creating again with the same id and specification returns the first job.
        /// Up to 256 bytes. Default: none, so that each call makes a job.
        public var requestId: String = ""

        public init() {}

        public enum Source: Sendable, Equatable {
            case specification(V1.JobSpecification)
            /// YAML or JSON with the same fields.
            case text(String)
        }
    }
}

extension V1.CreateJobRequest: CMessage {
    public static var fullName: String { "attnrl.v1.CreateJobRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__create_job_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__CreateJobRequest>) throws(ProtobufError) {
        switch c.pointee.source_case {
        case ATTNRL__V1__CREATE_JOB_REQUEST__SOURCE_SPECIFICATION: source = .specification(try CRead.message(c.pointee.specification, "specification"))
        case ATTNRL__V1__CREATE_JOB_REQUEST__SOURCE_TEXT: source = .text(try CRead.string(c.pointee.text, "text"))
        default: break
        }
        validateOnly = c.pointee.validate_only != 0
        requestId = try CRead.string(c.pointee.request_id, "request_id")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__CreateJobRequest>, _ arena: MessageArena) {
        switch source {
        case .specification(let value)?:
            c.pointee.source_case = ATTNRL__V1__CREATE_JOB_REQUEST__SOURCE_SPECIFICATION
            c.pointee.specification = arena.message(value)
        case .text(let value)?:
            c.pointee.source_case = ATTNRL__V1__CREATE_JOB_REQUEST__SOURCE_TEXT
            c.pointee.text = arena.string(value)
        case nil: break
        }
        c.pointee.validate_only = validateOnly ? 1 : 0
        c.pointee.request_id = arena.string(requestId)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.member("specification", of: &source, Source.specification) { if case .specification(let value) = $0 { value } else { nil } }
        visitor.member("text", of: &source, Source.text) { if case .text(let value) = $0 { value } else { nil } }
        visitor.field(.init("validateOnly", "validate_only"), &validateOnly)
        visitor.field(.init("requestId", "request_id"), &requestId)
    }
}

extension V1 {
    public struct GetJobRequest: ProtobufMessage {
        public var id: String = ""

        public init() {}
    }
}

extension V1.GetJobRequest: CMessage {
    public static var fullName: String { "attnrl.v1.GetJobRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__get_job_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GetJobRequest>) throws(ProtobufError) {
        id = try CRead.string(c.pointee.id, "id")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GetJobRequest>, _ arena: MessageArena) {
        c.pointee.id = arena.string(id)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("id", &id)
    }
}

extension V1 {
    public struct ListJobsRequest: ProtobufMessage {
        /// At most 100; 0 means 100.
        public var pageSize: Int32 = 0
        public var pageToken: String = ""
        /// Only jobs in one of these states. Default: all.
        public var states: [V1.JobState] = []

        public init() {}
    }
}

extension V1.ListJobsRequest: CMessage {
    public static var fullName: String { "attnrl.v1.ListJobsRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__list_jobs_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ListJobsRequest>) throws(ProtobufError) {
        pageSize = c.pointee.page_size
        pageToken = try CRead.string(c.pointee.page_token, "page_token")
        states = CRead.enums(c.pointee.states, c.pointee.n_states)
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ListJobsRequest>, _ arena: MessageArena) {
        c.pointee.page_size = pageSize
        c.pointee.page_token = arena.string(pageToken)
        (c.pointee.n_states, c.pointee.states) = arena.enums(states)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field(.init("pageSize", "page_size"), &pageSize)
        visitor.field(.init("pageToken", "page_token"), &pageToken)
        visitor.repeated("states", &states)
    }
}

extension V1 {
    public struct ListJobsResponse: ProtobufMessage {
        public var jobs: [V1.Job] = []
        /// Empty when there are no more.
        public var nextPageToken: String = ""

        public init() {}
    }
}

extension V1.ListJobsResponse: CMessage {
    public static var fullName: String { "attnrl.v1.ListJobsResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__list_jobs_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ListJobsResponse>) throws(ProtobufError) {
        jobs = try CRead.messages(c.pointee.jobs, c.pointee.n_jobs, "jobs")
        nextPageToken = try CRead.string(c.pointee.next_page_token, "next_page_token")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ListJobsResponse>, _ arena: MessageArena) {
        (c.pointee.n_jobs, c.pointee.jobs) = arena.messages(jobs)
        c.pointee.next_page_token = arena.string(nextPageToken)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("jobs", &jobs)
        visitor.field(.init("nextPageToken", "next_page_token"), &nextPageToken)
    }
}

extension V1 {
    public struct CancelJobRequest: ProtobufMessage {
        public var id: String = ""

        public init() {}
    }
}

extension V1.CancelJobRequest: CMessage {
    public static var fullName: String { "attnrl.v1.CancelJobRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__cancel_job_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__CancelJobRequest>) throws(ProtobufError) {
        id = try CRead.string(c.pointee.id, "id")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__CancelJobRequest>, _ arena: MessageArena) {
        c.pointee.id = arena.string(id)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("id", &id)
    }
}

extension V1 {
    public struct PauseJobRequest: ProtobufMessage {
        public var id: String = ""

        public init() {}
    }
}

extension V1.PauseJobRequest: CMessage {
    public static var fullName: String { "attnrl.v1.PauseJobRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__pause_job_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__PauseJobRequest>) throws(ProtobufError) {
        id = try CRead.string(c.pointee.id, "id")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PauseJobRequest>, _ arena: MessageArena) {
        c.pointee.id = arena.string(id)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("id", &id)
    }
}

extension V1 {
    public struct ResumeJobRequest: ProtobufMessage {
        public var id: String = ""

        public init() {}
    }
}

extension V1.ResumeJobRequest: CMessage {
    public static var fullName: String { "attnrl.v1.ResumeJobRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__resume_job_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ResumeJobRequest>) throws(ProtobufError) {
        id = try CRead.string(c.pointee.id, "id")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ResumeJobRequest>, _ arena: MessageArena) {
        c.pointee.id = arena.string(id)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("id", &id)
    }
}

extension V1 {
    public struct WatchJobRequest: ProtobufMessage {
        public var id: String = ""
        /// Only events with higher numbers: 0 for all, Job.last_sequence for none of
        /// the past. 0 or more.
        public var afterSequence: Int64 = 0
        /// End with the last event of the past, and wait for none.
        public var pastOnly: Bool = false

        public init() {}
    }
}

extension V1.WatchJobRequest: CMessage {
    public static var fullName: String { "attnrl.v1.WatchJobRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__watch_job_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__WatchJobRequest>) throws(ProtobufError) {
        id = try CRead.string(c.pointee.id, "id")
        afterSequence = c.pointee.after_sequence
        pastOnly = c.pointee.past_only != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__WatchJobRequest>, _ arena: MessageArena) {
        c.pointee.id = arena.string(id)
        c.pointee.after_sequence = afterSequence
        c.pointee.past_only = pastOnly ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("id", &id)
        visitor.field(.init("afterSequence", "after_sequence"), &afterSequence)
        visitor.field(.init("pastOnly", "past_only"), &pastOnly)
    }
}

extension V1 {
    /// What happened, with a number that is given once per job and rises by 1. After
    /// the server was killed, steps behind the last checkpoint are done again and
    /// have events again: the later ones count.
    public struct JobEvent: ProtobufMessage {
        public var sequence: Int64 = 0
        /// Seconds since 1970.
        public var time: Double = 0
        /// Steps done by then.
        public var step: Int64 = 0
        /// In words, for people.
        public var message: String = ""
        public var event: Event?

        public init() {}

        public enum Event: Sendable, Equatable {
            case stateChanged(V1.JobStateChanged)
            case stepDone(V1.JobStep)
            case evaluated(V1.JobEvaluated)
            case checkpointSaved(V1.CheckpointSaved)
            case policyPublished(V1.PolicyPublished)
            case note(V1.JobNote)
        }
    }
}

extension V1.JobEvent: CMessage {
    public static var fullName: String { "attnrl.v1.JobEvent" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__job_event__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__JobEvent>) throws(ProtobufError) {
        sequence = c.pointee.sequence
        time = c.pointee.time
        step = c.pointee.step
        message = try CRead.string(c.pointee.message, "message")
        switch c.pointee.event_case {
        case ATTNRL__V1__JOB_EVENT__EVENT_STATE_CHANGED: event = .stateChanged(try CRead.message(c.pointee.state_changed, "state_changed"))
        case ATTNRL__V1__JOB_EVENT__EVENT_STEP_DONE: event = .stepDone(try CRead.message(c.pointee.step_done, "step_done"))
        case ATTNRL__V1__JOB_EVENT__EVENT_EVALUATED: event = .evaluated(try CRead.message(c.pointee.evaluated, "evaluated"))
        case ATTNRL__V1__JOB_EVENT__EVENT_CHECKPOINT_SAVED: event = .checkpointSaved(try CRead.message(c.pointee.checkpoint_saved, "checkpoint_saved"))
        case ATTNRL__V1__JOB_EVENT__EVENT_POLICY_PUBLISHED: event = .policyPublished(try CRead.message(c.pointee.policy_published, "policy_published"))
        case ATTNRL__V1__JOB_EVENT__EVENT_NOTE: event = .note(try CRead.message(c.pointee.note, "note"))
        default: break
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__JobEvent>, _ arena: MessageArena) {
        c.pointee.sequence = sequence
        c.pointee.time = time
        c.pointee.step = step
        c.pointee.message = arena.string(message)
        switch event {
        case .stateChanged(let value)?:
            c.pointee.event_case = ATTNRL__V1__JOB_EVENT__EVENT_STATE_CHANGED
            c.pointee.state_changed = arena.message(value)
        case .stepDone(let value)?:
            c.pointee.event_case = ATTNRL__V1__JOB_EVENT__EVENT_STEP_DONE
            c.pointee.step_done = arena.message(value)
        case .evaluated(let value)?:
            c.pointee.event_case = ATTNRL__V1__JOB_EVENT__EVENT_EVALUATED
            c.pointee.evaluated = arena.message(value)
        case .checkpointSaved(let value)?:
            c.pointee.event_case = ATTNRL__V1__JOB_EVENT__EVENT_CHECKPOINT_SAVED
            c.pointee.checkpoint_saved = arena.message(value)
        case .policyPublished(let value)?:
            c.pointee.event_case = ATTNRL__V1__JOB_EVENT__EVENT_POLICY_PUBLISHED
            c.pointee.policy_published = arena.message(value)
        case .note(let value)?:
            c.pointee.event_case = ATTNRL__V1__JOB_EVENT__EVENT_NOTE
            c.pointee.note = arena.message(value)
        case nil: break
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("sequence", &sequence)
        visitor.field("time", &time)
        visitor.field("step", &step)
        visitor.field("message", &message)
        visitor.member(.init("stateChanged", "state_changed"), of: &event, Event.stateChanged) { if case .stateChanged(let value) = $0 { value } else { nil } }
        visitor.member(.init("stepDone", "step_done"), of: &event, Event.stepDone) { if case .stepDone(let value) = $0 { value } else { nil } }
        visitor.member("evaluated", of: &event, Event.evaluated) { if case .evaluated(let value) = $0 { value } else { nil } }
        visitor.member(.init("checkpointSaved", "checkpoint_saved"), of: &event, Event.checkpointSaved) { if case .checkpointSaved(let value) = $0 { value } else { nil } }
        visitor.member(.init("policyPublished", "policy_published"), of: &event, Event.policyPublished) { if case .policyPublished(let value) = $0 { value } else { nil } }
        visitor.member("note", of: &event, Event.note) { if case .note(let value) = $0 { value } else { nil } }
    }
}

extension V1 {
    public struct JobStateChanged: ProtobufMessage {
        public var state: V1.JobState = V1.JobState(rawValue: 0)
        /// Why, where there is something to say.
        public var reason: String = ""
        /// The checkpoint's step that a job goes on from; not set when it begins anew.
        public var resumedFromStep: Int64?

        public init() {}
    }
}

extension V1.JobStateChanged: CMessage {
    public static var fullName: String { "attnrl.v1.JobStateChanged" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__job_state_changed__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__JobStateChanged>) throws(ProtobufError) {
        state = V1.JobState(rawValue: Int32(truncatingIfNeeded: c.pointee.state.rawValue))
        reason = try CRead.string(c.pointee.reason, "reason")
        if c.pointee._resumed_from_step_case.rawValue != 0 { resumedFromStep = c.pointee.resumed_from_step }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__JobStateChanged>, _ arena: MessageArena) {
        c.pointee.state = .init(rawValue: .init(truncatingIfNeeded: state.rawValue))
        c.pointee.reason = arena.string(reason)
        if let value = resumedFromStep {
            c.pointee._resumed_from_step_case = ATTNRL__V1__JOB_STATE_CHANGED___RESUMED_FROM_STEP_RESUMED_FROM_STEP
            c.pointee.resumed_from_step = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("state", &state)
        visitor.field("reason", &reason)
        visitor.optional(.init("resumedFromStep", "resumed_from_step"), &resumedFromStep)
    }
}

extension V1 {
    public struct JobStep: ProtobufMessage {
        /// By name, as "loss" or "reward/mean".
        public var metrics: [String: Double] = [:]
        /// Why nothing was learnt; empty when it went well.
        public var skipped: String = ""
        public var totalSteps: Int64?

        public init() {}
    }
}

extension V1.JobStep: CMessage {
    public static var fullName: String { "attnrl.v1.JobStep" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__job_step__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__JobStep>) throws(ProtobufError) {
        for entry in CRead.entries(c.pointee.metrics, c.pointee.n_metrics) {
            metrics[try CRead.string(entry.pointee.key, "metrics")] = entry.pointee.value
        }
        skipped = try CRead.string(c.pointee.skipped, "skipped")
        if c.pointee._total_steps_case.rawValue != 0 { totalSteps = c.pointee.total_steps }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__JobStep>, _ arena: MessageArena) {
        (c.pointee.n_metrics, c.pointee.metrics) = arena.entries(metrics, attnrl__v1__job_step__metrics_entry__type()) {
            (entry: UnsafeMutablePointer<Attnrl__V1__JobStep__MetricsEntry>, key, value) in
            entry.pointee.key = arena.string(key)
            entry.pointee.value = value
        }
        c.pointee.skipped = arena.string(skipped)
        if let value = totalSteps {
            c.pointee._total_steps_case = ATTNRL__V1__JOB_STEP___TOTAL_STEPS_TOTAL_STEPS
            c.pointee.total_steps = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.map("metrics", &metrics)
        visitor.field("skipped", &skipped)
        visitor.optional(.init("totalSteps", "total_steps"), &totalSteps)
    }
}

extension V1 {
    public struct JobEvaluated: ProtobufMessage {
        public var metrics: [String: Double] = [:]

        public init() {}
    }
}

extension V1.JobEvaluated: CMessage {
    public static var fullName: String { "attnrl.v1.JobEvaluated" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__job_evaluated__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__JobEvaluated>) throws(ProtobufError) {
        for entry in CRead.entries(c.pointee.metrics, c.pointee.n_metrics) {
            metrics[try CRead.string(entry.pointee.key, "metrics")] = entry.pointee.value
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__JobEvaluated>, _ arena: MessageArena) {
        (c.pointee.n_metrics, c.pointee.metrics) = arena.entries(metrics, attnrl__v1__job_evaluated__metrics_entry__type()) {
            (entry: UnsafeMutablePointer<Attnrl__V1__JobEvaluated__MetricsEntry>, key, value) in
            entry.pointee.key = arena.string(key)
            entry.pointee.value = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.map("metrics", &metrics)
    }
}

extension V1 {
    public struct CheckpointSaved: ProtobufMessage {
        public var path: String = ""
        public var bytes: Int64 = 0

        public init() {}
    }
}

extension V1.CheckpointSaved: CMessage {
    public static var fullName: String { "attnrl.v1.CheckpointSaved" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__checkpoint_saved__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__CheckpointSaved>) throws(ProtobufError) {
        path = try CRead.string(c.pointee.path, "path")
        bytes = c.pointee.bytes
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__CheckpointSaved>, _ arena: MessageArena) {
        c.pointee.path = arena.string(path)
        c.pointee.bytes = bytes
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("path", &path)
        visitor.field("bytes", &bytes)
    }
}

extension V1 {
    public struct PolicyPublished: ProtobufMessage {
        public var policy: String = ""
        public var version: Int64 = 0

        public init() {}
    }
}

extension V1.PolicyPublished: CMessage {
    public static var fullName: String { "attnrl.v1.PolicyPublished" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__policy_published__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__PolicyPublished>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        version = c.pointee.version
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__PolicyPublished>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        c.pointee.version = version
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.field("version", &version)
    }
}

extension V1 {
    public struct JobNote: ProtobufMessage {
        /// Whether somebody should look at it.
        public var warning: Bool = false

        public init() {}
    }
}

extension V1.JobNote: CMessage {
    public static var fullName: String { "attnrl.v1.JobNote" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__job_note__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__JobNote>) throws(ProtobufError) {
        warning = c.pointee.warning != 0
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__JobNote>, _ arena: MessageArena) {
        c.pointee.warning = warning ? 1 : 0
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("warning", &warning)
    }
}

extension V1 {
    public struct ListCheckpointsRequest: ProtobufMessage {
        public var job: String = ""

        public init() {}
    }
}

extension V1.ListCheckpointsRequest: CMessage {
    public static var fullName: String { "attnrl.v1.ListCheckpointsRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__list_checkpoints_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ListCheckpointsRequest>) throws(ProtobufError) {
        job = try CRead.string(c.pointee.job, "job")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ListCheckpointsRequest>, _ arena: MessageArena) {
        c.pointee.job = arena.string(job)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("job", &job)
    }
}

extension V1 {
    public struct ListCheckpointsResponse: ProtobufMessage {
        public var checkpoints: [V1.Checkpoint] = []

        public init() {}
    }
}

extension V1.ListCheckpointsResponse: CMessage {
    public static var fullName: String { "attnrl.v1.ListCheckpointsResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__list_checkpoints_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ListCheckpointsResponse>) throws(ProtobufError) {
        checkpoints = try CRead.messages(c.pointee.checkpoints, c.pointee.n_checkpoints, "checkpoints")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ListCheckpointsResponse>, _ arena: MessageArena) {
        (c.pointee.n_checkpoints, c.pointee.checkpoints) = arena.messages(checkpoints)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("checkpoints", &checkpoints)
    }
}

extension V1 {
    public struct Checkpoint: ProtobufMessage {
        /// Steps done when it was saved.
        public var step: Int64 = 0
        /// On the server's machine.
        public var path: String = ""
        public var bytes: Int64 = 0
        /// Seconds since 1970.
        public var createdAt: Double = 0

        public init() {}
    }
}

extension V1.Checkpoint: CMessage {
    public static var fullName: String { "attnrl.v1.Checkpoint" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__checkpoint__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Checkpoint>) throws(ProtobufError) {
        step = c.pointee.step
        path = try CRead.string(c.pointee.path, "path")
        bytes = c.pointee.bytes
        createdAt = c.pointee.created_at
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Checkpoint>, _ arena: MessageArena) {
        c.pointee.step = step
        c.pointee.path = arena.string(path)
        c.pointee.bytes = bytes
        c.pointee.created_at = createdAt
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("step", &step)
        visitor.field("path", &path)
        visitor.field("bytes", &bytes)
        visitor.field(.init("createdAt", "created_at"), &createdAt)
    }
}

extension V1 {
    public struct ExportCheckpointRequest: ProtobufMessage {
        public var job: String = ""
        /// Default: the newest.
        public var step: Int64?
        /// An absolute path on the server's machine; the folder must not exist yet.
        public var directory: String = ""

        public init() {}
    }
}

extension V1.ExportCheckpointRequest: CMessage {
    public static var fullName: String { "attnrl.v1.ExportCheckpointRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__export_checkpoint_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ExportCheckpointRequest>) throws(ProtobufError) {
        job = try CRead.string(c.pointee.job, "job")
        if c.pointee._step_case.rawValue != 0 { step = c.pointee.step }
        directory = try CRead.string(c.pointee.directory, "directory")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ExportCheckpointRequest>, _ arena: MessageArena) {
        c.pointee.job = arena.string(job)
        if let value = step {
            c.pointee._step_case = ATTNRL__V1__EXPORT_CHECKPOINT_REQUEST___STEP_STEP
            c.pointee.step = value
        }
        c.pointee.directory = arena.string(directory)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("job", &job)
        visitor.optional("step", &step)
        visitor.field("directory", &directory)
    }
}

extension V1 {
    public struct ExportCheckpointResponse: ProtobufMessage {
        public var checkpoint: V1.Checkpoint?
        public var directory: String = ""
        public var bytes: Int64 = 0

        public init() {}
    }
}

extension V1.ExportCheckpointResponse: CMessage {
    public static var fullName: String { "attnrl.v1.ExportCheckpointResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__export_checkpoint_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__ExportCheckpointResponse>) throws(ProtobufError) {
        checkpoint = try CRead.optionalMessage(c.pointee.checkpoint, "checkpoint")
        directory = try CRead.string(c.pointee.directory, "directory")
        bytes = c.pointee.bytes
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__ExportCheckpointResponse>, _ arena: MessageArena) {
        if let value = checkpoint { c.pointee.checkpoint = arena.message(value) }
        c.pointee.directory = arena.string(directory)
        c.pointee.bytes = bytes
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("checkpoint", &checkpoint)
        visitor.field("directory", &directory)
        visitor.field("bytes", &bytes)
    }
}

extension V1 {
    public struct FeedbackRequest: ProtobufMessage {
        /// A job whose feedback.enabled is true. Needed in the first request; later
        /// ones may leave it empty.
        public var job: String = ""
        public var records: [V1.FeedbackRecord] = []
        /// Sent again with the same id and records, after an answer was lost, they are
        /// stored once and answered as before. One id for each request with records,
        /// up to 256 bytes. Default: none, so that each request stores records.
        public var requestId: String = ""

        public init() {}
    }
}

extension V1.FeedbackRequest: CMessage {
    public static var fullName: String { "attnrl.v1.FeedbackRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__feedback_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__FeedbackRequest>) throws(ProtobufError) {
        job = try CRead.string(c.pointee.job, "job")
        records = try CRead.messages(c.pointee.records, c.pointee.n_records, "records")
        requestId = try CRead.string(c.pointee.request_id, "request_id")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__FeedbackRequest>, _ arena: MessageArena) {
        c.pointee.job = arena.string(job)
        (c.pointee.n_records, c.pointee.records) = arena.messages(records)
        c.pointee.request_id = arena.string(requestId)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("job", &job)
        visitor.repeated("records", &records)
        visitor.field(.init("requestId", "request_id"), &requestId)
    }
}

extension V1 {
    public struct FeedbackRecord: ProtobufMessage {
        public var prompt: String = ""
        public var content: Content?

        public init() {}

        public enum Content: Sendable, Equatable {
            /// The right answer. A "grpo" job draws responses and judges them by it, an
            /// "sft" job learns it as the response.
            case answer(String)
            /// A response and what it is worth; only for "grpo".
            case rewarded(V1.RewardedResponse)
        }
    }
}

extension V1.FeedbackRecord: CMessage {
    public static var fullName: String { "attnrl.v1.FeedbackRecord" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__feedback_record__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__FeedbackRecord>) throws(ProtobufError) {
        prompt = try CRead.string(c.pointee.prompt, "prompt")
        switch c.pointee.content_case {
        case ATTNRL__V1__FEEDBACK_RECORD__CONTENT_ANSWER: content = .answer(try CRead.string(c.pointee.answer, "answer"))
        case ATTNRL__V1__FEEDBACK_RECORD__CONTENT_REWARDED: content = .rewarded(try CRead.message(c.pointee.rewarded, "rewarded"))
        default: break
        }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__FeedbackRecord>, _ arena: MessageArena) {
        c.pointee.prompt = arena.string(prompt)
        switch content {
        case .answer(let value)?:
            c.pointee.content_case = ATTNRL__V1__FEEDBACK_RECORD__CONTENT_ANSWER
            c.pointee.answer = arena.string(value)
        case .rewarded(let value)?:
            c.pointee.content_case = ATTNRL__V1__FEEDBACK_RECORD__CONTENT_REWARDED
            c.pointee.rewarded = arena.message(value)
        case nil: break
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("prompt", &prompt)
        visitor.member("answer", of: &content, Content.answer) { if case .answer(let value) = $0 { value } else { nil } }
        visitor.member("rewarded", of: &content, Content.rewarded) { if case .rewarded(let value) = $0 { value } else { nil } }
    }
}

extension V1 {
    public struct RewardedResponse: ProtobufMessage {
        public var response: String = ""
        /// -1000 to 1000.
        public var reward: Double = 0

        public init() {}
    }
}

extension V1.RewardedResponse: CMessage {
    public static var fullName: String { "attnrl.v1.RewardedResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__rewarded_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__RewardedResponse>) throws(ProtobufError) {
        response = try CRead.string(c.pointee.response, "response")
        reward = c.pointee.reward
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__RewardedResponse>, _ arena: MessageArena) {
        c.pointee.response = arena.string(response)
        c.pointee.reward = reward
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("response", &response)
        visitor.field("reward", &reward)
    }
}

extension V1 {
    public struct FeedbackResponse: ProtobufMessage {
        /// Records of the request that were stored.
        public var taken: Int32 = 0
        public var refused: [V1.RefusedFeedback] = []

        public init() {}
    }
}

extension V1.FeedbackResponse: CMessage {
    public static var fullName: String { "attnrl.v1.FeedbackResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__feedback_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__FeedbackResponse>) throws(ProtobufError) {
        taken = c.pointee.taken
        refused = try CRead.messages(c.pointee.refused, c.pointee.n_refused, "refused")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__FeedbackResponse>, _ arena: MessageArena) {
        c.pointee.taken = taken
        (c.pointee.n_refused, c.pointee.refused) = arena.messages(refused)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("taken", &taken)
        visitor.repeated("refused", &refused)
    }
}

extension V1 {
    public struct RefusedFeedback: ProtobufMessage {
        /// Which of the request's records, from 0.
        public var index: Int32 = 0
        public var reason: String = ""

        public init() {}
    }
}

extension V1.RefusedFeedback: CMessage {
    public static var fullName: String { "attnrl.v1.RefusedFeedback" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__refused_feedback__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__RefusedFeedback>) throws(ProtobufError) {
        index = c.pointee.index
        reason = try CRead.string(c.pointee.reason, "reason")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__RefusedFeedback>, _ arena: MessageArena) {
        c.pointee.index = index
        c.pointee.reason = arena.string(reason)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.field("reason", &reason)
    }
}

extension V1 {
    public struct GetTreesRequest: ProtobufMessage {
        public var job: String = ""
        /// Only trees of this step. Default: all.
        public var step: Int64?

        public init() {}
    }
}

extension V1.GetTreesRequest: CMessage {
    public static var fullName: String { "attnrl.v1.GetTreesRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__get_trees_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GetTreesRequest>) throws(ProtobufError) {
        job = try CRead.string(c.pointee.job, "job")
        if c.pointee._step_case.rawValue != 0 { step = c.pointee.step }
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GetTreesRequest>, _ arena: MessageArena) {
        c.pointee.job = arena.string(job)
        if let value = step {
            c.pointee._step_case = ATTNRL__V1__GET_TREES_REQUEST___STEP_STEP
            c.pointee.step = value
        }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("job", &job)
        visitor.optional("step", &step)
    }
}

extension V1 {
    public struct GetTreesResponse: ProtobufMessage {
        /// Which of the trees sent, from 0. Messages of one index are parts of one tree.
        public var index: Int32 = 0
        public var tree: V1.Tree?

        public init() {}
    }
}

extension V1.GetTreesResponse: CMessage {
    public static var fullName: String { "attnrl.v1.GetTreesResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__get_trees_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__GetTreesResponse>) throws(ProtobufError) {
        index = c.pointee.index
        tree = try CRead.optionalMessage(c.pointee.tree, "tree")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__GetTreesResponse>, _ arena: MessageArena) {
        c.pointee.index = index
        if let value = tree { c.pointee.tree = arena.message(value) }
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.optional("tree", &tree)
    }
}
