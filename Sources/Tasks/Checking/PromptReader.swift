/// Reads prompts word by word.
struct PromptReader {
    private var rest: ArraySlice<UInt8>
    private let prompt: String
    private let kind: TaskKind

    init(_ prompt: String, _ kind: TaskKind) {
        self.prompt = prompt
        self.kind = kind
        rest = Array(prompt.utf8)[...]
    }

    /// The next word, without consuming it.
    var next: Lexeme? { Lexeme(at: rest) }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func word() -> Lexeme? {
        guard let word = next else { return nil }
        rest = rest.dropFirst(word.text.count)
        return word
    }

    /// Consumes `text` if it comes next.
    mutating func skip(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    mutating func expect(_ text: String) throws(TaskError) {
        guard skip(text) else { throw problem("expected '\(text == "\n" ? "\\n" : text)'") }
    }

    /// A number without leading zeros, below 10^9 so that no operation on two of them overflows.
    mutating func number() throws(TaskError) -> Int {
        guard let word = word(), word.role == .number, word.text.count <= 9,
            word.text.first != UInt8(ascii: "0") || word.text.count == 1,
            let number = Int(String(decoding: word.text, as: UTF8.self))
        else { throw problem("expected a number below 10^9") }
        return number
    }

    mutating func operation() throws(TaskError) -> Operation {
        guard let byte = word()?.text.first, let operation = Operation(rawValue: byte), operation != .divide else {
            throw problem("expected +, - or *")
        }
        return operation
    }

    func problem(_ what: String) -> TaskError {
        let place = prompt.utf8.count - rest.count
        return TaskError(
            "this is not a prompt of the task \(kind.rawValue): \(what) at byte \(place). Give a generated one.")
    }
}
