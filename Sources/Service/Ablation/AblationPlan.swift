import Influence
import Rewards
import Rollouts
import Sampling
import Wire

/// Which steps of a traced response to ablate, and what its answer is.
struct AblationPlan: Sendable {
    /// The most steps ablated if the request names none.
    private static let usualLimit = 64
    /// The number of tokens that must follow a step: one predicted by the step's own last token, and one that may
    /// depend on the step.
    private static let followers = 2
    /// The minimum `max_tokens` if the request has none.
    private static let leastTokens = 256

    let prompt: [Int32]
    let traced: TraceSubject.Traced
    /// In ascending order.
    let steps: [Int]
    let form: StatedAnswer.Form
    let answer: StatedAnswer
    /// The tokens that hold the answer, as positions in the sequence.
    let answerTokens: Range<Int>
    /// How continuations are sampled.
    let sampling: SamplingParameters

    /// - Throws: INVALID_ARGUMENT if a step cannot be ablated or the response states no answer.
    init(prompt: [Int32], _ traced: TraceSubject.Traced, _ options: AblationOptions) throws {
        var problems = FieldProblems()
        self.prompt = prompt
        self.traced = traced
        let segmentation = traced.trace.segmentation
        if options.steps.isEmpty {
            steps = Self.usualSteps(traced.trace)
            problems.require(
                !steps.isEmpty, "input", value: "\(segmentation.responseSteps.count)",
                "No step of the response can be ablated: at least \(Self.followers) tokens have to follow one.")
        } else {
            for (index, step) in options.steps.enumerated() {
                if let why = Self.problem(of: step, segmentation) {
                    problems.add("steps[\(index)]", value: "\(step)", why)
                }
            }
            steps = options.steps.map(Int.init).sorted()
        }
        let found = Self.answer(of: traced.record.responseText, options.answer)
        if found == nil { problems.add("answer", Self.missing(options.answer)) }
        try problems.check()
        guard let (form, answer) = found else {
            throw RPCError(.internal, reason: "NO_ANSWER", "The response's answer was not found.")
        }
        (self.form, self.answer) = (form, answer)
        answerTokens = traced.record.tokens(ofResponseBytes: answer.bytes)
        var sampling = options.sampling
        if !options.limitsTokens {
            sampling.maxTokens = max(2 * segmentation.responseLength, Self.leastTokens)
            sampling.minTokens = min(sampling.minTokens, sampling.maxTokens)
        }
        self.sampling = sampling
    }

    var segmentation: StepSegmentation { traced.trace.segmentation }
    var response: [Int32] { traced.record.responseIDs }
    var tokenCount: Int { segmentation.tokenCount }

    /// The first token whose distribution hiding a step can change: the one before it is predicted by the step's own
    /// last token.
    func firstAffected(by step: Int) -> Int { segmentation.ranges[step].upperBound + 1 }

    // MARK: Steps

    private static func canBeJudged(_ step: Int, _ segmentation: StepSegmentation) -> Bool {
        segmentation.ranges[step].upperBound + followers <= segmentation.tokenCount
    }

    /// All steps that can be ablated, or if there are too many, those with the greatest influence, preferring earlier
    /// ones.
    private static func usualSteps(_ trace: AttentionTrace) -> [Int] {
        let steps = trace.segmentation.responseSteps.filter { canBeJudged($0, trace.segmentation) }
        let ranked = steps.sorted { (trace.influence[$1], $0) < (trace.influence[$0], $1) }
        return ranked.prefix(usualLimit).sorted()
    }

    /// Why a step cannot be ablated; nil if it can.
    private static func problem(of step: Int32, _ segmentation: StepSegmentation) -> String? {
        let last = segmentation.count - 1
        if step == 0 { return "Step 0 is the prompt. Name steps of the response, from 1." }
        guard 1...max(last, 1) ~= Int(step), last >= 1 else {
            return "There is no step \(step). The response's steps are 1 to \(last)."
        }
        if canBeJudged(Int(step), segmentation) { return nil }
        return "Nothing follows step \(step) that could depend on it: at least \(followers) tokens have to. Name an "
            + "earlier step."
    }

    // MARK: Answer

    private static func answer(
        of response: String, _ form: StatedAnswer.Form?
    ) -> (StatedAnswer.Form, StatedAnswer)? {
        for form in form.map({ [$0] }) ?? [.boxed, .lastLine] {
            if let answer = StatedAnswer(in: response, form: form) { return (form, answer) }
        }
        return nil
    }

    private static func missing(_ form: StatedAnswer.Form?) -> String {
        form == .boxed
            ? "The response has no answer in a \\boxed{}. Let the last line count, or give a response that has one."
            : "The response has no text that could be an answer. Give one that has."
    }
}
