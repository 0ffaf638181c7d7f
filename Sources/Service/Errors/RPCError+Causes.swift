import Basics
import Compute
import Influence
import Jobs
import ModelFiles
import Policy
import Rollouts
import Sampling
import Templates
import Tokenizing
import Wire

/// Converts errors of the lower modules to the status of a call. Nothing else does.
extension RPCError {
    /// The status for the error that ended a call; nil if it is not from the lower modules.
    ///
    /// - Parameter path: Path of the message that holds the prompt, with a trailing dot; empty for the request itself.
    init?(cause: any Error, path: String = "") {
        switch cause {
        case let error as RPCError: self = error
        case let error as EngineError: self.init(engine: error, path: path)
        case let error as PolicyError: self.init(policy: error)
        case let error as MemoryError: self.init(memory: error)
        case let error as TokenizerError: self.init(tokenizer: error)
        case let error as TemplateError: self.init(template: error, path: path)
        case let error as PromptError: self.init(prompt: error, path: path)
        case let error as BranchError: self.init(branch: error, path: path)
        case let error as JobError: self.init(job: error)
        case is CancellationError: self.init(engine: .cancelled, path: path)
        default: return nil
        }
    }

    /// Its text may reveal anything about the server, so it only goes to the log.
    init(unexpected cause: any Error) {
        self.init(
            .internal, reason: "INTERNAL", "The request failed for a reason of the server's own.",
            values: ["error": "\(type(of: cause))"])
    }
}

extension RPCError {
    /// Time after which a full queue has probably moved on.
    private static let queueDelay = Duration.seconds(1)
    /// Time after which an unfinished job may be over: jobs take minutes.
    private static let jobDelay = Duration.seconds(60)
    /// Time after which a server that is shutting down has probably been replaced.
    private static let restartDelay = Duration.seconds(5)

    private init(engine error: EngineError, path: String) {
        let message = error.description
        switch error {
        case .unknownPolicy(let name, let loaded):
            self.init(
                .notFound, reason: "UNKNOWN_POLICY", message,
                values: ["policy": name, "loaded": loaded.joined(separator: ",")])
        case .policyExists(let name):
            self.init(.alreadyExists, reason: "POLICY_EXISTS", message, values: ["policy": name])
        case .unknownVersion(let policy, let version, let loaded):
            self.init(
                .notFound, reason: "UNKNOWN_VERSION", message,
                values: [
                    "policy": policy, "version": "\(version)", "loaded": loaded.map(String.init).joined(separator: ","),
                ])
        case .versionInUse(let policy, let version):
            self.init(
                .failedPrecondition, reason: "VERSION_IN_USE", message,
                values: ["policy": policy, "version": "\(version)"])
        case .hasAdapters(let policy, let adapters):
            self.init(
                .failedPrecondition, reason: "HAS_ADAPTERS", message,
                values: ["policy": policy, "adapters": adapters.joined(separator: ",")])
        case .emptyPrompt:
            self.init(
                .invalidArgument, reason: "EMPTY_PROMPT", message, details: [Self.field("\(path)prompt", message)])
        case .contextExceeded(let tokens, let context):
            self.init(
                .invalidArgument, reason: "CONTEXT_EXCEEDED", message,
                values: ["tokens": "\(tokens)", "context": "\(context)"],
                details: [Self.field("\(path)prompt", message)])
        case .cacheTooSmall(let tokens, let capacity):
            // The request would be fine for a server with more memory, so it is not an invalid argument.
            self.init(
                .failedPrecondition, reason: "CACHE_TOO_SMALL", message,
                values: ["tokens": "\(tokens)", "capacity": "\(capacity)"])
        case .tokenOutOfRange(let id, let vocabulary, _):
            self.init(
                .invalidArgument, reason: "TOKEN_OUT_OF_RANGE", message,
                values: ["token": "\(id)", "vocabulary": "\(vocabulary)"])
        case .invalidParameter(let field, let reason):
            guard let field = Self.requestField(field, path: path) else {
                self.init(unexpected: error)
                return
            }
            self.init(
                .invalidArgument, reason: "INVALID_FIELDS", "\(field): \(reason)", details: [Self.field(field, reason)])
        case .queueFull(let requests, let limit):
            self.init(
                .resourceExhausted, reason: "QUEUE_FULL", message,
                values: ["requests": "\(requests)", "limit": "\(limit)"], details: [.retryInfo(delay: Self.queueDelay)])
        case .tooManyResponses(_, let responses, let limit):
            self.init(
                .resourceExhausted, reason: "QUEUE_FULL", message,
                values: ["responses": "\(responses)", "limit": "\(limit)"],
                details: [.retryInfo(delay: Self.queueDelay)])
        case .capturesTooLarge(let bytes, let limit):
            self.init(
                .resourceExhausted, reason: "CAPTURES_TOO_LARGE", message,
                values: ["bytes": "\(bytes)", "limit": "\(limit)"],
                details: bytes > limit ? [] : [.retryInfo(delay: Self.queueDelay)])
        case .quotaFull(let quota, let limit, let delay):
            self.init(
                .resourceExhausted, reason: "QUOTA_FULL", message,
                values: ["quota": quota.rawValue, "limit": "\(limit)"],
                details: delay.map { [.retryInfo(delay: $0)] } ?? [])
        case .policyUnloaded(let name):
            self.init(.aborted, reason: "POLICY_UNLOADED", message, values: ["policy": name])
        case .notComputable(let policy, _):
            self.init(.failedPrecondition, reason: "NOT_COMPUTABLE", message, values: ["policy": policy])
        case .outOfMemory(let error): self.init(memory: error)
        case .notLoadable:
            self.init(.failedPrecondition, reason: "POLICY_NOT_LOADABLE", message)
        case .cancelled:
            self.init(.cancelled, reason: "CANCELLED", message)
        case .shuttingDown:
            self.init(
                .unavailable, reason: "SHUTTING_DOWN", message, details: [.retryInfo(delay: Self.restartDelay)])
        }
    }

    private init(memory error: MemoryError) {
        self.init(
            .resourceExhausted, reason: "OUT_OF_MEMORY", error.description,
            values: error.byteCount.map { ["bytes": "\($0)"] } ?? [:])
    }

    /// A missing folder is NOT_FOUND; files that exist but do not work must be fixed first.
    private init(policy error: PolicyError) {
        let isMissing = error.code == .notFound
        self.init(
            isMissing ? .notFound : .failedPrecondition,
            reason: "POLICY_FILES_" + Self.upperSnake(error.code.description), error.message)
    }

    private init(tokenizer error: TokenizerError) {
        self.init(
            .failedPrecondition, reason: "TOKENIZER_NOT_LOADABLE", error.description, values: ["file": error.file])
    }

    /// Failing on a particular chat is the chat's fault; failing on any chat is the policy's.
    private init(template error: TemplateError, path: String) {
        if error.code == .syntax || error.code == .unsupported {
            self.init(unusableTemplate: error)
            return
        }
        let field = "\(path)prompt.chat"
        self.init(
            .invalidArgument, reason: "CHAT_NOT_RENDERABLE",
            "\(error.description) Change the chat, or render it yourself and send text.",
            values: ["line": "\(error.line)"], details: [Self.field(field, error.description)])
    }

    private init(prompt error: PromptError, path: String) {
        switch error {
        case .noChatTemplate(let policy):
            self.init(
                .failedPrecondition, reason: "NO_CHAT_TEMPLATE", error.description, values: ["policy": policy])
        case .unusableChatTemplate(_, let cause): self.init(unusableTemplate: cause)
        case .noMarker: self.init(chat: error, reason: "NO_MARKER", field: "\(path)prompt.chat")
        case .malformedJSON(let field, _):
            self.init(chat: error, reason: "MALFORMED_JSON", field: "\(path)prompt.chat.\(field)")
        case .noTools: self.init(chat: error, reason: "TOOLS_NOT_SUPPORTED", field: "\(path)prompt.chat.tools")
        case .cannotContinue:
            self.init(chat: error, reason: "CANNOT_CONTINUE", field: "\(path)prompt.chat.continue_final_message")
        }
    }

    private init(chat error: PromptError, reason: String, field: String) {
        self.init(
            .invalidArgument, reason: reason, error.description, details: [Self.field(field, error.description)])
    }

    /// The policy's chat template cannot render any chat.
    private init(unusableTemplate error: TemplateError) {
        self.init(
            .failedPrecondition, reason: "CHAT_TEMPLATE_NOT_USABLE",
            "\(error.description) Correct the policy's chat template, or render the prompt yourself and send text.",
            values: ["line": "\(error.line)"])
    }

    private init(branch error: BranchError, path: String) {
        guard case .invalidOption(let name, let reason) = error else {
            self.init(.internal, reason: "BRANCHES_NOT_CHOSEN", error.description)
            return
        }
        let field = (path.isEmpty ? "branches." : "options.") + (name == "minimumGap" ? "min_gap_tokens" : name)
        self.init(
            .invalidArgument, reason: "INVALID_FIELDS", "\(field): \(reason)", details: [Self.field(field, reason)])
    }

    private init(job error: JobError) {
        let message = error.description
        switch error {
        case .unknownJob(let job): self.init(.notFound, reason: "UNKNOWN_JOB", message, values: ["job": "\(job)"])
        case .policyBusy(let policy, let job):
            self.init(
                .failedPrecondition, reason: "POLICY_BUSY", message, values: ["policy": policy, "job": "\(job)"])
        case .quotaFull(let limit):
            self.init(
                .resourceExhausted, reason: "QUOTA_FULL", message, values: ["quota": "jobs", "limit": "\(limit)"],
                details: [.retryInfo(delay: Self.jobDelay)])
        case .wrongState(let job, let state, _):
            self.init(
                .failedPrecondition, reason: "WRONG_JOB_STATE", message,
                values: ["job": "\(job)", "state": state.rawValue])
        case .feedbackNotEnabled(let job):
            self.init(.failedPrecondition, reason: "FEEDBACK_NOT_ENABLED", message, values: ["job": "\(job)"])
        case .requestIDTaken(let id, let job), .feedbackIDTaken(let id, let job):
            self.init(
                .alreadyExists, reason: "REQUEST_ID_TAKEN", message, values: ["request_id": id, "job": "\(job)"])
        case .kindNotAvailable(let kind, _):
            self.init(.failedPrecondition, reason: "KIND_NOT_AVAILABLE", message, values: ["kind": kind])
        case .policyUnloaded(let policy):
            self.init(.failedPrecondition, reason: "POLICY_UNLOADED", message, values: ["policy": policy])
        case .tooManyBadSteps: self.init(.failedPrecondition, reason: "TOO_MANY_BAD_STEPS", message)
        case .data: self.init(.failedPrecondition, reason: "DATA", message)
        case .rewardFailed(let address, _, _):
            self.init(.failedPrecondition, reason: "REWARD_FAILED", message, values: ["address": address])
        case .waitedTooLong: self.init(.deadlineExceeded, reason: "WAITED_TOO_LONG", message)
        case .outOfSpace(let path):
            self.init(.resourceExhausted, reason: "OUT_OF_SPACE", message, values: ["path": path])
        case .folderInUse(let path):
            self.init(.failedPrecondition, reason: "FOLDER_IN_USE", message, values: ["path": path])
        case .unknownCheckpoint(let job, let step, _):
            self.init(
                .notFound, reason: "UNKNOWN_CHECKPOINT", message, values: ["job": "\(job)", "step": "\(step)"])
        case .unknownTrees(let job, let step, let existing):
            self.init(
                .notFound, reason: "UNKNOWN_TREES", message,
                values: [
                    "job": "\(job)", "step": step.map { "\($0)" } ?? "",
                    "existing": existing.map(String.init).joined(separator: ","),
                ])
        case .unknownPreferences(let set):
            self.init(.notFound, reason: "UNKNOWN_PREFERENCES", message, values: ["set": set])
        case .preferencesInUse(let set, let job):
            self.init(
                .failedPrecondition, reason: "PREFERENCES_IN_USE", message, values: ["set": set, "job": "\(job)"])
        case .noCheckpoint(let job):
            self.init(.notFound, reason: "NO_CHECKPOINT", message, values: ["job": "\(job)"])
        case .noPolicy(let job, let kind):
            self.init(.failedPrecondition, reason: "NO_POLICY", message, values: ["job": "\(job)", "kind": kind])
        case .damagedCheckpoint(let path, _):
            self.init(.dataLoss, reason: "DAMAGED_CHECKPOINT", message, values: ["path": path])
        case .exportExists(let path):
            self.init(.alreadyExists, reason: "EXPORT_EXISTS", message, values: ["path": path])
        case .store(let path, _): self.init(.internal, reason: "JOB_STORE", message, values: ["path": path])
        case .file(let path, _): self.init(.failedPrecondition, reason: "FILE", message, values: ["path": path])
        case .shuttingDown:
            self.init(
                .unavailable, reason: "SHUTTING_DOWN", message, details: [.retryInfo(delay: Self.restartDelay)])
        }
    }

    private static func field(_ field: String, _ description: String) -> Detail {
        .badRequest([.init(field: field, description: description)])
    }

    /// The request's name for an engine parameter; nil if no request has it.
    private static func requestField(_ parameter: String, path: String) -> String? {
        switch parameter {
        case "count": "n"
        case "hidden", "distributions": nil
        case _ where parameter.contains("."): parameter.inSnakeCase
        default:
            (path.isEmpty ? "sampling." : path + "generate.") + (samplingFields[parameter] ?? parameter.inSnakeCase)
        }
    }

    /// Fields of `SamplingOptions` that differ from the parameter's name in snake case.
    private static let samplingFields = [
        "stopTexts": "stop", "stopTokens": "stop_token_ids", "ignoresEndOfSequence": "ignore_eos",
    ]

    private static func upperSnake(_ name: String) -> String { name.inSnakeCase.uppercased() }
}
