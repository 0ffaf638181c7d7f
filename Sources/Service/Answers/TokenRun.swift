import Messages
import Rollouts
import Sampling
import Tokenizing
import Wire

extension TokenOutput {
    /// The size on the wire in bytes, or slightly more.
    var wireBytes: Int {
        let alternatives = top.reduce(0) { $0 + $1.count }
        return text.utf8.count + 5 * ids.count + 4 * (logprobs.count + entropies.count) + 6 * top.count
            + 9 * alternatives + 32
    }
}

extension V1.TokenRun {
    /// - Parameter texts: The texts of tokens; nil if they were not requested.
    init(_ output: TokenOutput, texts: TokenTextTable? = nil) {
        self.init()
        start = Int32(clamping: output.start)
        ids = output.ids
        text = output.text
        logprobs = output.logprobs
        entropies = output.entropies
        top = output.top.map { alternatives in
            var message = V1.TopLogprobs()
            message.ids = alternatives.map(\.id)
            message.logprobs = alternatives.map(\.logprob)
            if let texts { message.texts = alternatives.map { Array(texts.bytes(of: $0.id)) } }
            return message
        }
        if let texts { self.texts = ids.map { Array(texts.bytes(of: $0)) } }
    }
}

/// Joins tokens waiting to be sent into runs of bounded size, in order.
struct RunBatcher {
    /// The maximum size of a run, in bytes.
    static let limit = PieceSize.limit

    private var open: TokenOutput?

    /// Appends the next tokens of one sequence.
    ///
    /// - Returns: A run that must be sent first because it is full or the tokens do not continue it.
    mutating func append(_ next: TokenOutput) -> TokenOutput? {
        guard let current = open else {
            open = next
            return nil
        }
        guard current.isFollowed(by: next), current.wireBytes + next.wireBytes <= Self.limit else {
            open = next
            return current
        }
        open?.append(next)
        return nil
    }

    /// The rest that remains to be sent.
    mutating func finish() -> TokenOutput? {
        defer { open = nil }
        return open
    }
}
