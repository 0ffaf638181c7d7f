/// The result of a task's check of a response.
public struct TaskCheck: Sendable, Hashable {
    /// The content of the response's last box, as found by rewards; see `StatedAnswer`.
    public enum Answer: String, Sendable, Hashable, CaseIterable {
        case right, wrong
        /// There is no box, or the last one is broken.
        case missing
    }

    public var answer: Answer
    /// The number of stretches between blank lines, including the box; a blank line at the end adds none.
    public var steps: Int
    /// The first wrong step; nil if all are right, up to a right box.
    public var fault: StepFault?

    /// Whether every step checks out and the answer is right, so that it is not just luck.
    public var isSound: Bool { fault == nil && answer == .right }
}

/// A wrong step, and what is wrong about it.
public struct StepFault: Sendable, Hashable {
    /// Counted from 1, since step 0 of a trace is the prompt.
    public var step: Int
    public var kind: Kind

    public init(step: Int, kind: Kind) {
        self.step = step
        self.kind = kind
    }

    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It states a definition, operation or number that differs from the prompt's.
        case definition = "def"
        /// It uses something before it was computed, or after it was used up.
        case dependency = "dep"
        /// It recalls a value other than the one computed.
        case lookup
        /// It copies something wrongly from within the step, or into the box.
        case copy
        /// It computes wrongly.
        case arithmetic = "arith"
        /// It computes something a second time.
        case repeated
        /// The box comes before what was asked for has been computed.
        case early
        /// It is not written like a step of this task.
        case format
        /// The response ends too early, and was right so far.
        case truncated
    }
}
