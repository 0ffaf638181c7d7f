import Basics
import Console
import JSONCoding
import Tasks
import Tokenizing

/// The contents of a file of records, counted record by record.
struct DataSurvey {
    private(set) var problems: [DataProblem] = []
    private(set) var problemCount = 0
    private var records = 0
    private var withResponse = 0
    private var sources: [String: Int] = [:]
    private var promptLength = Spread()
    private var responseLength = Spread()
    private var verdicts = TaskTally()
    private let checksResponses: Bool
    private let tokenizer: Tokenizer?

    /// Further problems are only counted.
    private static let keptProblems = 1000

    init(checksResponses: Bool, tokenizer: Tokenizer?) {
        self.checksResponses = checksResponses
        self.tokenizer = tokenizer
    }

    mutating func add(_ problem: DataProblem) {
        problemCount += 1
        if problems.count < Self.keptProblems { problems.append(problem) }
    }

    mutating func add(_ record: DataRecord, file: String, line: Int) throws {
        records += 1
        sources[record.source ?? "(no source)", default: 0] += 1
        promptLength.add(length(of: record.prompt.text, .start))
        guard let response = record.response else { return }
        withResponse += 1
        responseLength.add(length(of: response, .continuing))
        guard checksResponses, let task = record.task else { return }
        do {
            verdicts.add(try task.check(prompt: record.text, response: response))
        } catch {
            throw DataProblem(file: file, line: line, field: "prompt", message: error.description)
        }
    }

    private func length(of text: String, _ position: TextPosition) -> Int {
        tokenizer?.encode(text, addSpecialTokens: false, position: position).count ?? text.utf8.count
    }

    private var unit: String { tokenizer == nil ? "bytes" : "tokens" }

    func lines(_ terminal: Terminal) -> [String] {
        var table = Table([.init(title: ""), .init(title: "")])
        table.add(["records", Figures.grouped(records)])
        table.add(["problems", Figures.grouped(problemCount)])
        for (source, count) in sources.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(10) {
            table.add(["from \(SafeText.singleLine(source))", Figures.grouped(count)])
        }
        table.add(["with a response", Figures.grouped(withResponse)])
        table.add(["prompt, \(unit)", promptLength.text])
        if withResponse > 0 { table.add(["response, \(unit)", responseLength.text]) }
        for (name, text) in checksResponses ? verdicts.rows : [] { table.add([name, text]) }
        return Array(table.lines(terminal).dropFirst())
    }

    var json: JSONValue {
        .fields([
            "records": .whole(records), "problems": .whole(problemCount),
            "sources": .object(sources.sorted { $0.key < $1.key }.map { .init(key: $0, value: .whole($1)) }),
            "with_response": .whole(withResponse), "unit": .string(unit), "prompt": promptLength.json,
            "response": withResponse > 0 ? responseLength.json : nil,
            "verdicts": checksResponses ? verdicts.json : nil,
            "first_problems": .array(problems.map { .string($0.description) }),
        ])
    }
}

extension DataRecord.Prompt {
    /// The whole text, for counting its length.
    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .messages(let messages): messages.map(\.content).joined(separator: "\n")
        }
    }
}
