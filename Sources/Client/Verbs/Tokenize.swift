import ArgumentParser
import Console
import JSONCoding
import Wire

struct Tokenize: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the tokens of a text or chat, or the text of tokens.",
        discussion: """
            Examples:
              attnrl tokenize "What is 12 * 13?"
              attnrl tokenize --chat "Hello" -o json
              attnrl tokenize --continues ", there was a girl"
              attnrl tokenize --decode "151644 872 198"
            """)

    @OptionGroup var prompt: PromptArguments
    @OptionGroup var policy: PolicyArguments

    @Flag(help: "The prompt is token ids; show their text.")
    var decode = false

    @Flag(help: "The text or tokens follow others, as a response follows its prompt.")
    var continues = false

    @OptionGroup(title: "Connection and output") var connection: ConnectionArguments
    @OptionGroup(title: "Connection and output") var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        if decode { try await showText() } else { try await showTokens() }
    }

    private func showTokens() async throws {
        var request = V1.TokenizeRequest()
        request.policy = policy.policy
        request.prompt = try prompt.message()
        request.withTexts = true
        request.continues = continues
        let finished = request
        let answer = try await Connection.open(connection) {
            try await $0.unary(V1.PolicyService.tokenize, finished)
        }
        let report = TokenReport(answer: answer)
        switch output.output {
        case .json: Output.data.line(report.json.pretty)
        case .jsonl: for token in report.tokens { Output.data.line(token.compact) }
        case .table:
            for line in report.lines(Output.data.terminal) { Output.data.line(line) }
            Output.talk.line(Output.talk.terminal.style(.faint, Figures.count(answer.ids.count, "token")))
        }
    }

    private func showText() async throws {
        var request = V1.DetokenizeRequest()
        request.policy = policy.policy
        request.ids = try prompt.tokenIDs()
        request.continues = continues
        let finished = request
        let answer = try await Connection.open(connection) {
            try await $0.unary(V1.PolicyService.detokenize, finished)
        }
        output.output.show(.fields(["text": .string(answer.text)])) {
            [Output.data.terminal.isInteractive ? SafeText.escaped(answer.text) : answer.text]
        }
    }
}

extension PromptArguments {
    /// The prompt as numbers separated by spaces, commas or brackets.
    fileprivate func tokenIDs() throws -> [Int32] {
        let words = try text().split { !$0.isNumber && !$0.isLetter && $0 != "-" }
        return try words.map { word in
            guard let id = Int32(word) else {
                throw Failure("'\(SafeText.singleLine(String(word)))' is not a token id. Give whole numbers.")
            }
            return id
        }
    }
}
