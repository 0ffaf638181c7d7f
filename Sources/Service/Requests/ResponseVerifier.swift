import Rewards
import Rollouts
import Tasks
import Wire

/// Judges responses as a request specifies.
struct ResponseVerifier: Sendable {
    private let judge: ResponseJudge
    /// The prompt with the right answer.
    private let record: DataRecord

    func judge(_ response: String) -> TreeExplorer.Verdict {
        let grade = judge.judge(response, to: record).grade
        return (grade.verdict.rawValue, grade.score)
    }

    /// - Parameters:
    ///   - prompt: The text that a task's checker reads; nil if there is no prompt.
    ///   - path: Path of the field that holds the verifier.
    /// - Returns: Nil if something is wrong with the message, as described in `problems`.
    init?(_ message: V1.Verifier, prompt: String?, path: String, _ problems: inout FieldProblems) {
        let kind = message.kind == .unspecified ? .math : RewardKind(rawValue: message.kind.name)
        guard let kind else {
            let number = message.kind.rawValue
            problems.add("\(path).kind", value: "\(number)", "\(number) is not a kind this server knows.")
            return nil
        }
        Self.checkFields(message, kind, path, &problems)
        var record = DataRecord(prompt: .text(prompt ?? ""), answers: [message.truth])
        if kind == .task {
            guard let task = Self.task(message, prompt: prompt, path, &problems) else { return nil }
            record.source = task.rawValue
        }
        do {
            guard let judge = try ResponseJudge(kind, pattern: message.pattern, ignoresCase: message.ignoreCase) else {
                return nil
            }
            (self.judge, self.record) = (judge, record)
        } catch {
            problems.add("\(path).pattern", value: message.pattern, error.description)
            return nil
        }
    }

    /// Reports missing fields and fields that do not go with the kind.
    private static func checkFields(
        _ message: V1.Verifier, _ kind: RewardKind, _ path: String, _ problems: inout FieldProblems
    ) {
        if kind == .math || kind == .task {
            problems.forbid(message.ignoreCase, "\(path).ignore_case", "It goes with VERIFIER_KIND_EXACT or _REGEX.")
        }
        if kind != .task {
            problems.require(
                !message.truth.isEmpty, "\(path).truth", value: "",
                "There is no right answer to compare with. Give one, or VERIFIER_KIND_TASK for a built-in task.")
            problems.forbid(!message.task.isEmpty, "\(path).task", "It goes with VERIFIER_KIND_TASK.")
        }
        if kind != .regex {
            problems.forbid(!message.pattern.isEmpty, "\(path).pattern", "It goes with VERIFIER_KIND_REGEX.")
        }
    }

    private static func task(
        _ message: V1.Verifier, prompt: String?, _ path: String, _ problems: inout FieldProblems
    ) -> TaskKind? {
        problems.forbid(
            !message.truth.isEmpty, "\(path).truth", "A task's checker reads the prompt alone. Leave it out.")
        let named = TaskKind(rawValue: message.task)
        let names = TaskKind.allCases.map(\.rawValue).joined(separator: ", ")
        guard message.task.isEmpty || named != nil else {
            problems.add(
                "\(path).task", value: message.task, "There is no task '\(message.task)'. There are \(names).")
            return nil
        }
        guard let prompt else { return nil }
        let found = TaskKind.tasks(ofPrompt: prompt)
        guard let task = named ?? found.first, found.contains(task) else {
            problems.add(
                "\(path).task", value: message.task,
                "The prompt is not a problem of \(message.task.isEmpty ? "a built-in task (\(names))" : message.task). "
                    + "Send it as it was generated, or give a truth and another kind.")
            return nil
        }
        return task
    }
}

extension FieldProblems {
    /// Adds a problem if a field is set that only goes with other settings.
    fileprivate mutating func forbid(_ isSet: Bool, _ field: String, _ description: String) {
        if isSet { add(field, description) }
    }
}
