/// What a task's checker found in a response.
public struct TaskCheck: Sendable, Hashable {
    /// What the last box of the response holds, as rewards find it: see `StatedAnswer`.
    public enum Answer: String, Sendable, Hashable, CaseIterable {
        case right, wrong
        /// There is no box, or the last one is broken.
        case missing
    }

    public var answer: Answer
    /// Stretches between blank lines, the box included; a blank line at the end adds none.
    public var steps: Int
    /// The first step that does not follow; nil where all do, up to a right box.
    public var fault: StepFault?

    /// Whether every step checks out and the answer is right: no luck involved.
    public var isSound: Bool { fault == nil && answer == .right }
}

/// A wrong step, and what is wrong about it.
public struct StepFault: Sendable, Hashable {
    /// Counted from 1, as step 0 of a trace is the prompt.
    public var step: Int
    public var kind: Kind

    public init(step: Int, kind: Kind) {
        self.step = step
        self.kind = kind
    }

    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It states a definition, operation or number that is not the prompt's.
        case definition = "def"
        /// It uses something before it was computed, or after it was used up.
        case dependency = "dep"
        /// It recalls another value than was computed.
        case lookup
        /// It copies something wrongly from within the step, or into the box.
        case copy
        /// It computes wrongly.
        case arithmetic = "arith"
        /// It computes something a second time.
        case repeated
        /// The box comes before what was asked for is computed.
        case early
        /// It is not written as steps of this task are.
        case format
        /// The response ends where more is due, and was well so far.
        case truncated
    }
}
