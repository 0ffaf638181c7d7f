import Rewards
import Rollouts
import Tasks
import Wire

/// Judges responses as a request says.
struct ResponseVerifier: Sendable {
    fileprivate enum Kind: Sendable {
        case reward(Reward, truth: String)
        case task(TaskKind, prompt: String)
    }

    private let kind: Kind

    func judge(_ response: String) -> TreeExplorer.Verdict {
        let verdict = kind.verdict(of: response)
        return (verdict.rawValue, VerdictScores.usual[verdict])
    }

    /// - Parameters:
    ///   - prompt: The text that a task's checker reads; nil when there is no prompt.
    ///   - path: Path of the field that holds the verifier.
    /// - Returns: nil when something is wrong with it; `problems` says what.
    init?(_ message: V1.Verifier, prompt: String?, path: String, _ problems: inout FieldProblems) {
        let kind: Kind?
        switch message.kind {
        case .unspecified, .math:
            problems.forbid(message.ignoreCase, "\(path).ignore_case", "It goes with VERIFIER_KIND_EXACT or _REGEX.")
            kind = .reward(Reward(.math(MathChecker())), truth: message.truth)
        case .exact:
            kind = .reward(Reward(.exact(ExactChecker(ignoresCase: message.ignoreCase))), truth: message.truth)
        case .regex:
            kind = Self.pattern(message, path, &problems).map { .reward(Reward(.pattern($0)), truth: message.truth) }
        case .task:
            problems.forbid(message.ignoreCase, "\(path).ignore_case", "It goes with VERIFIER_KIND_EXACT or _REGEX.")
            kind = Self.task(message, prompt: prompt, path, &problems)
        default:
            let number = message.kind.rawValue
            problems.add("\(path).kind", value: "\(number)", "\(number) is no kind that this server knows.")
            return nil
        }
        if message.kind != .task {
            problems.require(
                !message.truth.isEmpty, "\(path).truth", value: "",
                "There is no right answer to compare with. Give one, or VERIFIER_KIND_TASK for a built-in task.")
            problems.forbid(!message.task.isEmpty, "\(path).task", "It goes with VERIFIER_KIND_TASK.")
        }
        if message.kind != .regex {
            problems.forbid(!message.pattern.isEmpty, "\(path).pattern", "It goes with VERIFIER_KIND_REGEX.")
        }
        guard let kind else { return nil }
        self.kind = kind
    }

    private static func pattern(
        _ message: V1.Verifier, _ path: String, _ problems: inout FieldProblems
    ) -> PatternChecker? {
        do {
            return try PatternChecker(message.pattern, ignoresCase: message.ignoreCase)
        } catch {
            problems.add("\(path).pattern", value: message.pattern, error.description)
            return nil
        }
    }

    private static func task(
        _ message: V1.Verifier, prompt: String?, _ path: String, _ problems: inout FieldProblems
    ) -> Kind? {
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
                "The prompt is no problem of \(message.task.isEmpty ? "a built-in task (\(names))" : message.task). "
                    + "Send it as it was generated, or give a truth and another kind.")
            return nil
        }
        return .task(task, prompt: prompt)
    }
}

extension ResponseVerifier.Kind {
    fileprivate func verdict(of response: String) -> Verdict {
        switch self {
        case .reward(let reward, let truth): reward.grade(response: response, truth: truth).verdict
        case .task(let task, let prompt): task.judge(prompt: prompt, response: response).verdict
        }
    }
}

extension FieldProblems {
    /// Adds a problem where a field is set that goes with other settings only.
    fileprivate mutating func forbid(_ isSet: Bool, _ field: String, _ description: String) {
        if isSet { add(field, description) }
    }
}
