import Basics
import Influence
import Rollouts
import Sampling
import Tokenizing
import Wire

/// What an `ExploreRequest` asks for.
struct ExploreSubject: Sendable {
    /// Keeps a rollout within one message, at some 20 bytes per token.
    static let longestRollout = 65_536
    private static let budgetLimit: Int32 = 1 << 20
    private static let depthLimit: Int32 = 16
    private static let countLimit = Int32(ResponseLimits.count.upperBound)

    let info: PolicyInfo
    let growth: TreeGrowth
    let verifier: ResponseVerifier?

    /// - Throws: INVALID_ARGUMENT with the problems of all fields.
    init(_ request: V1.ExploreRequest, _ engine: Engine) async throws {
        var problems = FieldProblems()
        info = try engine.policy(request.policy)
        let prompt = try await info.resolve(request.prompt, path: "prompt", &problems)
        problems.nonEmpty(prompt?.ids, path: "prompt")
        var growth = TreeGrowth(prompt: prompt?.ids ?? [])
        growth.sampling = info.resolve(request.sampling, given: prompt?.ids.count, path: "sampling", &problems)
        Self.readShape(request, &growth, &problems)

        var branches = request.branches ?? V1.BranchOptions()
        branches.seed = branches.seed ?? growth.sampling.seed
        growth.branching = problems.branchOptions(
            branches, path: "branches", includesAfterThinking: request.capture?.includeAfterThinking ?? false)
        let capture = CaptureSelection(request.capture?.ofSteps, for: info, path: "capture", &problems).parameters
        (growth.influenceGap, growth.separator) = (capture.gap, capture.separator)

        let isGiven = request.sampling?.maxTokens != nil
        let length = isGiven ? growth.sampling.maxTokens : min(growth.usualLength, growth.sampling.maxTokens)
        problems.require(
            length != 0, "sampling.max_tokens", value: "0", "0 tokens would draw nothing. Give at least 1.")
        growth.sampling.maxTokens = min(length, Self.longestRollout)
        growth.sampling.minTokens = min(growth.sampling.minTokens, growth.sampling.maxTokens)

        if let message = request.verifier {
            let tokenizer = info.tokenizer
            let text = prompt.map { request.prompt?.problemText ?? tokenizer.decode($0.ids) }
            verifier = ResponseVerifier(message, prompt: text, path: "verifier", &problems)
        } else {
            verifier = nil
        }
        try problems.check()
        self.growth = growth
    }

    private static func readShape(
        _ request: V1.ExploreRequest, _ growth: inout TreeGrowth, _ problems: inout FieldProblems
    ) {
        if let width = request.width {
            growth.width = Int(
                problems.value(
                    width, in: 1...countLimit, or: 1, "width", "\(width) responses. Give 1 to \(countLimit)."))
        }
        if let count = request.continuations {
            growth.continuations = Int(
                problems.value(
                    count, in: 1...countLimit, or: 1, "continuations",
                    "\(count) continuations. Give 1 to \(countLimit)."))
        }
        if let depth = request.depth {
            growth.depth = Int(
                problems.value(
                    depth, in: 0...depthLimit, or: 0, "depth", "\(depth) levels. Give 0 to \(depthLimit)."))
        }
        if let budget = request.maxTokensTotal {
            growth.tokenBudget = Int(
                problems.value(
                    budget, in: Int32(clamping: growth.width)...budgetLimit, or: budgetLimit, "max_tokens_total",
                    "\(budget) tokens for \(growth.width) responses. Give at least one for each, and at most "
                        + "\(budgetLimit)."))
        }
    }
}

extension V1.Prompt {
    /// The text that a task's checker reads: the prompt, or the last user message; nil for token ids.
    fileprivate var problemText: String? {
        switch input {
        case .text(let text): text
        case .chat(let chat): chat.messages.last { $0.role == "user" }?.content
        case .tokenIds, nil: nil
        }
    }
}
