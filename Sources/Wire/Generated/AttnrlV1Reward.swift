// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/reward.proto. Changes belong there.

package import CProtos

extension V1 {
    /// Judges responses for jobs whose reward.kind is "external". Users implement
    /// it; this server calls it at reward.external.address.
    public enum RewardService {
        public static let name = "attnrl.v1.RewardService"

        /// Judges a batch: one judgement for each item, in the same order. It is
        /// called again with the same batch_id when an attempt fails or takes longer
        /// than reward.external.deadline_seconds.
        public static let judge = UnaryMethod<V1.JudgeRequest, V1.JudgeResponse>(
            MethodName(service: name, method: "Judge"))
    }
}

extension V1 {
    public struct RewardVerdict: ProtobufEnum, FieldValue {
        public var rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// Not allowed in an answer: it counts as INTERNAL.
        public static var unspecified: Self { Self(rawValue: 0) }
        public static var correct: Self { Self(rawValue: 1) }
        public static var incorrect: Self { Self(rawValue: 2) }
        /// There is no answer in the response.
        public static var noAnswer: Self { Self(rawValue: 3) }
        /// There is one, and it cannot be read.
        public static var parseError: Self { Self(rawValue: 4) }
        /// Comparing took too much work.
        public static var timeout: Self { Self(rawValue: 5) }
        /// It could not be judged, by no fault of the response.
        public static var `internal`: Self { Self(rawValue: 6) }
        /// It was read, and no means at hand tells whether it is right.
        public static var undecided: Self { Self(rawValue: 7) }

        public static var allCases: [Self] { [.unspecified, .correct, .incorrect, .noAnswer, .parseError, .timeout, .`internal`, .undecided] }
        public static var namePrefix: String { "REWARD_VERDICT_" }

        public var knownName: String? {
            switch rawValue {
            case 0: "REWARD_VERDICT_UNSPECIFIED"
            case 1: "REWARD_VERDICT_CORRECT"
            case 2: "REWARD_VERDICT_INCORRECT"
            case 3: "REWARD_VERDICT_NO_ANSWER"
            case 4: "REWARD_VERDICT_PARSE_ERROR"
            case 5: "REWARD_VERDICT_TIMEOUT"
            case 6: "REWARD_VERDICT_INTERNAL"
            case 7: "REWARD_VERDICT_UNDECIDED"
            default: nil
            }
        }
    }
}

extension V1 {
    public struct JudgeRequest: ProtobufMessage {
        /// The job that asks, "job-12".
        public var job: String = ""
        /// The job's step.
        public var step: Int64 = 0
        /// The same for all attempts at one batch.
        public var batchId: String = ""
        public var items: [V1.JudgeItem] = []

        public init() {}
    }
}

extension V1.JudgeRequest: CMessage {
    public static var fullName: String { "attnrl.v1.JudgeRequest" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__judge_request__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__JudgeRequest>) throws(ProtobufError) {
        job = try CRead.string(c.pointee.job, "job")
        step = c.pointee.step
        batchId = try CRead.string(c.pointee.batch_id, "batch_id")
        items = try CRead.messages(c.pointee.items, c.pointee.n_items, "items")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__JudgeRequest>, _ arena: MessageArena) {
        c.pointee.job = arena.string(job)
        c.pointee.step = step
        c.pointee.batch_id = arena.string(batchId)
        (c.pointee.n_items, c.pointee.items) = arena.messages(items)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("job", &job)
        visitor.field("step", &step)
        visitor.field(.init("batchId", "batch_id"), &batchId)
        visitor.repeated("items", &items)
    }
}

extension V1 {
    public struct JudgeItem: ProtobufMessage {
        /// As the data has it, before any template.
        public var prompt: String = ""
        public var response: String = ""
        /// The right answer as the data has it; empty where there is none.
        public var truth: String = ""

        public init() {}
    }
}

extension V1.JudgeItem: CMessage {
    public static var fullName: String { "attnrl.v1.JudgeItem" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__judge_item__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__JudgeItem>) throws(ProtobufError) {
        prompt = try CRead.string(c.pointee.prompt, "prompt")
        response = try CRead.string(c.pointee.response, "response")
        truth = try CRead.string(c.pointee.truth, "truth")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__JudgeItem>, _ arena: MessageArena) {
        c.pointee.prompt = arena.string(prompt)
        c.pointee.response = arena.string(response)
        c.pointee.truth = arena.string(truth)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("prompt", &prompt)
        visitor.field("response", &response)
        visitor.field("truth", &truth)
    }
}

extension V1 {
    public struct JudgeResponse: ProtobufMessage {
        public var judgements: [V1.Judgement] = []

        public init() {}
    }
}

extension V1.JudgeResponse: CMessage {
    public static var fullName: String { "attnrl.v1.JudgeResponse" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__judge_response__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__JudgeResponse>) throws(ProtobufError) {
        judgements = try CRead.messages(c.pointee.judgements, c.pointee.n_judgements, "judgements")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__JudgeResponse>, _ arena: MessageArena) {
        (c.pointee.n_judgements, c.pointee.judgements) = arena.messages(judgements)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.repeated("judgements", &judgements)
    }
}

extension V1 {
    public struct Judgement: ProtobufMessage {
        public var verdict: V1.RewardVerdict = V1.RewardVerdict(rawValue: 0)
        /// The reward, finite, -1000 to 1000. Default: what reward.scores says of the
        /// verdict.
        public var score: Double?
        /// What was taken for the answer, for logs.
        public var answer: String = ""
        /// Why, for logs.
        public var detail: String = ""

        public init() {}
    }
}

extension V1.Judgement: CMessage {
    public static var fullName: String { "attnrl.v1.Judgement" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__judgement__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Judgement>) throws(ProtobufError) {
        verdict = V1.RewardVerdict(rawValue: Int32(truncatingIfNeeded: c.pointee.verdict.rawValue))
        if c.pointee._score_case.rawValue != 0 { score = c.pointee.score }
        answer = try CRead.string(c.pointee.answer, "answer")
        detail = try CRead.string(c.pointee.detail, "detail")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Judgement>, _ arena: MessageArena) {
        c.pointee.verdict = .init(rawValue: .init(truncatingIfNeeded: verdict.rawValue))
        if let value = score {
            c.pointee._score_case = ATTNRL__V1__JUDGEMENT___SCORE_SCORE
            c.pointee.score = value
        }
        c.pointee.answer = arena.string(answer)
        c.pointee.detail = arena.string(detail)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("verdict", &verdict)
        visitor.optional("score", &score)
        visitor.field("answer", &answer)
        visitor.field("detail", &detail)
    }
}
