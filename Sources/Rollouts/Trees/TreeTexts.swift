import Policy
public import Sampling
import Tokenizing
import Trees

/// Turns the tokens of a tree's rollouts into text as the engine does: each continues the prompt and what it keeps, a
/// stop token adds nothing, and a stop text ends the text and is not part of it.
public struct TreeTexts: Sendable {
    public let promptText: String
    /// The detokenizer's state after the prompt.
    private let detokenizer: Detokenizer
    private let tokenizer: Tokenizer
    private let stopTokens: Set<Int32>
    private let stopTexts: [[UInt8]]

    /// - Parameter sampling: How the rollouts were drawn.
    public init(prompt: [Int32], policy: PolicyInfo, sampling: SamplingParameters) {
        tokenizer = policy.tokenizer
        var detokenizer = tokenizer.makeDetokenizer()
        for id in prompt { _ = detokenizer.append(id) }
        self.detokenizer = detokenizer
        promptText = tokenizer.decode(prompt)
        stopTokens = policy.stops(sampling)
        stopTexts = sampling.stopTexts.map { Array($0.utf8) }
    }

    /// The text of what a response keeps of another, except for a character that its own tokens complete: with their
    /// text it makes up the whole response.
    public func text(ofKept ids: some Sequence<Int32>) -> String {
        var detokenizer = detokenizer
        return ids.reduce(into: "") { $0 += detokenizer.append($1) }
    }

    /// The text one rollout drew.
    func text(of index: Int, in tree: RolloutTree) -> CutText {
        let rollout = tree.rollouts[index]
        var detokenizer = detokenizer
        for id in tree.response(of: index).prefix(tree.start(of: index)) { _ = detokenizer.append(id) }
        var text = CutText()
        for (place, id) in rollout.tokens.enumerated() {
            let isStop = rollout.isComplete && place == rollout.tokens.count - 1 && stopTokens.contains(id)
            text.append(isStop ? "" : detokenizer.append(id))
        }
        text.extendLast(detokenizer.finish())
        if rollout.isComplete { text.end(beforeFirstOf: stopTexts) }
        return text
    }
}
