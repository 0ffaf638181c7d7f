import JSONCoding
import Rewards
import Tasks

/// One record to verify: the answer given, and the right one.
///
/// Three forms are accepted: `response` with `answer`; `response` with verl's `reward_model.ground_truth`; `candidate`
/// with `gold`, where the candidate is the answer itself. `correct` (true or false) or `expected` (the same, or a
/// verdict) gives another checker's result. A response with a `prompt` and a `data_source` that names a built-in task
/// belongs to that task.
struct VerifyRecord {
    enum Subject: Equatable {
        case response(String)
        case candidate(String)
    }

    /// The verdict that the record expects.
    enum Expectation: Equatable {
        case correct(Bool)
        case verdict(Verdict)

        func agrees(with verdict: Verdict) -> Bool {
            switch self {
            case .correct(let isCorrect): isCorrect == (verdict == .correct)
            case .verdict(let expected): expected == verdict
            }
        }

        var text: String {
            switch self {
            case .correct(let isCorrect): isCorrect ? "correct" : "not correct"
            case .verdict(let verdict): verdict.rawValue
            }
        }
    }

    /// A problem with a record: the field, and the remedy.
    struct Problem: Error, Equatable {
        let field: String
        let message: String
    }

    let subject: Subject
    /// One or more references; the answer must match one of them.
    let truths: [String]
    let expectation: Expectation?
    /// The built-in task that the response belongs to, and the prompt it answers.
    let task: (kind: TaskKind, prompt: String)?

    /// The record in the judges' format.
    var data: DataRecord {
        DataRecord(prompt: .text(task?.prompt ?? ""), answers: truths, source: task?.kind.rawValue)
    }

    init(_ record: JSONValue) throws(Problem) {
        guard case .object = record else {
            throw Problem(field: "record", message: "is \(record.kind). Give one JSON object on each line.")
        }
        subject = try Self.subject(record)
        truths = try Self.truths(record)
        expectation = try Self.expectation(record)
        if case .response = subject, case .string(let source)? = record.member("data_source"),
            let kind = TaskKind(rawValue: source), case .string(let prompt)? = record.member("prompt")
        {
            task = (kind, prompt)
        } else {
            task = nil
        }
    }

    private static func subject(_ record: JSONValue) throws(Problem) -> Subject {
        for name in ["response", "candidate"] {
            guard let value = record.member(name) else { continue }
            guard case .string(let text) = value else {
                throw Problem(field: name, message: "is \(value.kind). Give the text as a string.")
            }
            return name == "response" ? .response(text) : .candidate(text)
        }
        throw Problem(
            field: "response", message: "is missing. Add what the model wrote, or its answer alone as \"candidate\".")
    }

    private static func truths(_ record: JSONValue) throws(Problem) -> [String] {
        for name in ["answer", "gold"] {
            if let value = record.member(name) { return try references(value, name) }
        }
        let name = "reward_model.ground_truth"
        guard let value = record.member("reward_model")?.member("ground_truth") else {
            throw Problem(
                field: "answer", message: "is missing. Add the reference as \"answer\", \"gold\" or \"\(name)\".")
        }
        return try references(value, name)
    }

    private static func references(_ value: JSONValue, _ name: String) throws(Problem) -> [String] {
        let values = if case .array(let values) = value { values } else { [value] }
        let texts = values.compactMap(\.answerText)
        guard texts.count == values.count, !texts.isEmpty else {
            throw Problem(field: name, message: "is \(value.kind). Give a string, a number, or an array of them.")
        }
        return texts
    }

    private static func expectation(_ record: JSONValue) throws(Problem) -> Expectation? {
        for name in ["correct", "expected"] {
            guard let value = record.member(name) else { continue }
            if case .bool(let isCorrect) = value { return .correct(isCorrect) }
            if name == "expected", let text = value.answerText, let verdict = Verdict(rawValue: text) {
                return .verdict(verdict)
            }
            let verdicts = Verdict.allCases.map(\.rawValue).joined(separator: ", ")
            let remedy = name == "correct" ? "Give true or false." : "Give true, false, or one of \(verdicts)."
            throw Problem(field: name, message: "is \(value.kind) that says nothing. \(remedy)")
        }
        return nil
    }
}

extension JSONValue {
    /// The member with this name, or the first of several; nil if absent or null.
    fileprivate func member(_ name: String) -> JSONValue? {
        guard case .object(let members) = self, let value = members.first(where: { $0.key == name })?.value else {
            return nil
        }
        return value.isNull ? nil : value
    }

    /// A string, or a number in its shortest form: answers are often unquoted.
    fileprivate var answerText: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .number(let number): Int(exactly: number).map { String($0) } ?? "\(number)"
        default: nil
        }
    }
}

/// The records of a JSON Lines file, and the problems of invalid lines.
struct VerifyFile {
    /// Lines are counted from 1, including blank ones.
    private(set) var records: [(line: Int, record: VerifyRecord)] = []
    /// Each names the file, line, field and remedy.
    private(set) var problems: [String] = []

    init(text: String, name: String) {
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            guard !line.allSatisfy(\.isWhitespace) else { continue }
            do {
                records.append((number, try VerifyRecord(JSONReader.parse(Array(line.utf8)))))
            } catch let problem as VerifyRecord.Problem {
                problems.append("\(name):\(number): \(problem.field) \(problem.message)")
            } catch {
                problems.append("\(name):\(number): is not JSON. Give one JSON object on each line.")
            }
        }
    }
}
