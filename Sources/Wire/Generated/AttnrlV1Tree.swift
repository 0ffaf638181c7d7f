// swift-format-ignore-file
// Made by protos/generate from attnrl/v1/tree.proto. Changes belong there.

package import CProtos

extension V1 {
    /// A rollout tree: a prompt, responses to it, and responses that continue
    /// others from somewhere on.
    ///
    /// `rollouts` is what was drawn; `nodes` follow from them. A tree that is larger
    /// than a message is sent in several: the rollouts and nodes of later ones go
    /// behind those of the first, which alone has the other fields.
    public struct Tree: ProtobufMessage {
        /// The policy it was drawn from.
        public var policy: String = ""
        /// The step of the training job that drew it, from 1; not set for others.
        public var step: Int64?
        public var promptIds: [Int32] = []
        public var promptText: String = ""
        public var rollouts: [V1.TreeRollout] = []
        public var nodes: [V1.TreeNode] = []

        public init() {}
    }
}

extension V1.Tree: CMessage {
    public static var fullName: String { "attnrl.v1.Tree" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__tree__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__Tree>) throws(ProtobufError) {
        policy = try CRead.string(c.pointee.policy, "policy")
        if c.pointee._step_case.rawValue != 0 { step = c.pointee.step }
        promptIds = CRead.scalars(c.pointee.prompt_ids, c.pointee.n_prompt_ids)
        promptText = try CRead.string(c.pointee.prompt_text, "prompt_text")
        rollouts = try CRead.messages(c.pointee.rollouts, c.pointee.n_rollouts, "rollouts")
        nodes = try CRead.messages(c.pointee.nodes, c.pointee.n_nodes, "nodes")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__Tree>, _ arena: MessageArena) {
        c.pointee.policy = arena.string(policy)
        if let value = step {
            c.pointee._step_case = ATTNRL__V1__TREE___STEP_STEP
            c.pointee.step = value
        }
        (c.pointee.n_prompt_ids, c.pointee.prompt_ids) = arena.scalars(promptIds)
        c.pointee.prompt_text = arena.string(promptText)
        (c.pointee.n_rollouts, c.pointee.rollouts) = arena.messages(rollouts)
        (c.pointee.n_nodes, c.pointee.nodes) = arena.messages(nodes)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("policy", &policy)
        visitor.optional("step", &step)
        visitor.repeated(.init("promptIds", "prompt_ids"), &promptIds)
        visitor.field(.init("promptText", "prompt_text"), &promptText)
        visitor.repeated("rollouts", &rollouts)
        visitor.repeated("nodes", &nodes)
    }
}

extension V1 {
    /// One response, from where it leaves the one that it continues.
    public struct TreeRollout: ProtobufMessage {
        /// Its place among the tree's rollouts, from 0.
        public var index: Int32 = 0
        /// Where it leaves another; not set for a response drawn from the prompt.
        public var fork: V1.TreeFork?
        /// The tokens it drew itself, behind those that it keeps of others.
        public var ids: [Int32] = []
        /// Their text: what the rollout keeps is not part of it, nor is a stop text.
        public var text: String = ""
        /// One for each of `ids`, in nats, of the policy's own distribution: before
        /// temperature, penalties and truncation.
        public var logprobs: [Float] = []
        public var entropies: [Float] = []
        /// Version of the weights that drew it.
        public var version: Int64 = 0
        /// Whether it ended by itself, and not at a limit on tokens.
        public var complete: Bool = false
        /// What the whole response is worth; not set where nobody judged it.
        public var reward: Double?
        /// Unspecified where nobody judged it.
        public var verdict: V1.RewardVerdict = V1.RewardVerdict(rawValue: 0)
        /// Steps of the whole response, the first of which begins at 0.
        public var steps: [V1.TreeStep] = []

        public init() {}
    }
}

extension V1.TreeRollout: CMessage {
    public static var fullName: String { "attnrl.v1.TreeRollout" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__tree_rollout__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TreeRollout>) throws(ProtobufError) {
        index = c.pointee.index
        fork = try CRead.optionalMessage(c.pointee.fork, "fork")
        ids = CRead.scalars(c.pointee.ids, c.pointee.n_ids)
        text = try CRead.string(c.pointee.text, "text")
        logprobs = CRead.scalars(c.pointee.logprobs, c.pointee.n_logprobs)
        entropies = CRead.scalars(c.pointee.entropies, c.pointee.n_entropies)
        version = c.pointee.version
        complete = c.pointee.complete != 0
        if c.pointee._reward_case.rawValue != 0 { reward = c.pointee.reward }
        verdict = V1.RewardVerdict(rawValue: Int32(truncatingIfNeeded: c.pointee.verdict.rawValue))
        steps = try CRead.messages(c.pointee.steps, c.pointee.n_steps, "steps")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TreeRollout>, _ arena: MessageArena) {
        c.pointee.index = index
        if let value = fork { c.pointee.fork = arena.message(value) }
        (c.pointee.n_ids, c.pointee.ids) = arena.scalars(ids)
        c.pointee.text = arena.string(text)
        (c.pointee.n_logprobs, c.pointee.logprobs) = arena.scalars(logprobs)
        (c.pointee.n_entropies, c.pointee.entropies) = arena.scalars(entropies)
        c.pointee.version = version
        c.pointee.complete = complete ? 1 : 0
        if let value = reward {
            c.pointee._reward_case = ATTNRL__V1__TREE_ROLLOUT___REWARD_REWARD
            c.pointee.reward = value
        }
        c.pointee.verdict = .init(rawValue: .init(truncatingIfNeeded: verdict.rawValue))
        (c.pointee.n_steps, c.pointee.steps) = arena.messages(steps)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("index", &index)
        visitor.optional("fork", &fork)
        visitor.repeated("ids", &ids)
        visitor.field("text", &text)
        visitor.repeated("logprobs", &logprobs)
        visitor.repeated("entropies", &entropies)
        visitor.field("version", &version)
        visitor.field("complete", &complete)
        visitor.optional("reward", &reward)
        visitor.field("verdict", &verdict)
        visitor.repeated("steps", &steps)
    }
}

extension V1 {
    /// Where a rollout leaves another.
    public struct TreeFork: ProtobufMessage {
        /// The rollout that it continues, by index.
        public var rollout: Int32 = 0
        /// Tokens of that rollout's whole response that it keeps.
        public var offset: Int32 = 0

        public init() {}
    }
}

extension V1.TreeFork: CMessage {
    public static var fullName: String { "attnrl.v1.TreeFork" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__tree_fork__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TreeFork>) throws(ProtobufError) {
        rollout = c.pointee.rollout
        offset = c.pointee.offset
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TreeFork>, _ arena: MessageArena) {
        c.pointee.rollout = rollout
        c.pointee.offset = offset
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("rollout", &rollout)
        visitor.field("offset", &offset)
    }
}

extension V1 {
    public struct TreeStep: ProtobufMessage {
        /// Offset of its first token in the whole response.
        public var start: Int32 = 0
        /// The attention that later steps pay to it; 0 where no attention was captured.
        public var influence: Float = 0

        public init() {}
    }
}

extension V1.TreeStep: CMessage {
    public static var fullName: String { "attnrl.v1.TreeStep" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__tree_step__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TreeStep>) throws(ProtobufError) {
        start = c.pointee.start
        influence = c.pointee.influence
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TreeStep>, _ arena: MessageArena) {
        c.pointee.start = start
        c.pointee.influence = influence
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.field("start", &start)
        visitor.field("influence", &influence)
    }
}

extension V1 {
    /// A stretch of tokens that the same rollouts share. Node 0 is the prompt; every
    /// rollout ends in a node of its own, which is empty where it ends at a fork.
    public struct TreeNode: ProtobufMessage {
        /// The node that it continues, which comes before it; not set for the prompt.
        public var parent: Int32?
        /// The rollout that drew its tokens, by index; not set for the prompt.
        public var rollout: Int32?
        /// Tokens [start, end) of that rollout's whole response; for the prompt 0 and 0.
        public var start: Int32 = 0
        public var end: Int32 = 0
        /// Rollouts that end below it, one that ends in it included.
        public var leaves: Int32 = 0
        /// Mean reward of these; not set unless every rollout of the tree has one.
        public var value: Double?
        /// Text of its tokens; empty for the prompt, which is Tree.prompt_text.
        public var text: String = ""

        public init() {}
    }
}

extension V1.TreeNode: CMessage {
    public static var fullName: String { "attnrl.v1.TreeNode" }
    public init(serializedBytes bytes: [UInt8]) throws(ProtobufError) { self = try decodeMessage(bytes) }
    public func serializedBytes() -> [UInt8] { encodeMessage(self) }

    package static var cType: UnsafePointer<ProtobufCMessageDescriptor> {
        attnrl__v1__tree_node__type()
    }

    package init(_ c: UnsafePointer<Attnrl__V1__TreeNode>) throws(ProtobufError) {
        if c.pointee._parent_case.rawValue != 0 { parent = c.pointee.parent }
        if c.pointee._rollout_case.rawValue != 0 { rollout = c.pointee.rollout }
        start = c.pointee.start
        end = c.pointee.end
        leaves = c.pointee.leaves
        if c.pointee._value_case.rawValue != 0 { value = c.pointee.value }
        text = try CRead.string(c.pointee.text, "text")
    }

    package func fill(_ c: UnsafeMutablePointer<Attnrl__V1__TreeNode>, _ arena: MessageArena) {
        if let value = parent {
            c.pointee._parent_case = ATTNRL__V1__TREE_NODE___PARENT_PARENT
            c.pointee.parent = value
        }
        if let value = rollout {
            c.pointee._rollout_case = ATTNRL__V1__TREE_NODE___ROLLOUT_ROLLOUT
            c.pointee.rollout = value
        }
        c.pointee.start = start
        c.pointee.end = end
        c.pointee.leaves = leaves
        if let value = value {
            c.pointee._value_case = ATTNRL__V1__TREE_NODE___VALUE_VALUE
            c.pointee.value = value
        }
        c.pointee.text = arena.string(text)
    }

    package mutating func visitFields(_ visitor: inout some FieldVisitor) {
        visitor.optional("parent", &parent)
        visitor.optional("rollout", &rollout)
        visitor.field("start", &start)
        visitor.field("end", &end)
        visitor.field("leaves", &leaves)
        visitor.optional("value", &value)
        visitor.field("text", &text)
    }
}
