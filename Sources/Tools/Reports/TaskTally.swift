import Console
import JSONCoding
import Tasks

/// Counts of the verdicts of tasks' checkers.
struct TaskTally {
    private var answers: [TaskCheck.Answer: Int] = [:]
    private var faults: [StepFault.Kind: Int] = [:]
    private var soundCount = 0
    private(set) var steps = Spread()

    mutating func add(_ check: TaskCheck) {
        answers[check.answer, default: 0] += 1
        if let fault = check.fault { faults[fault.kind, default: 0] += 1 }
        if check.isSound { soundCount += 1 }
        steps.add(check.steps)
    }

    private var total: Int { steps.count }

    private func share(_ count: Int) -> String {
        total == 0 ? "0" : "\(Figures.grouped(count)) (\(Figures.brief(100 * Double(count) / Double(total)))%)"
    }

    var rows: [(name: String, text: String)] {
        [("responses checked", Figures.grouped(total)), ("steps", steps.text)]
            + TaskCheck.Answer.allCases.map { ("answer \($0.rawValue)", share(answers[$0] ?? 0)) }
            + [("sound", share(soundCount))]
            + StepFault.Kind.allCases.compactMap { kind in
                faults[kind].map { ("first fault: \(kind.rawValue)", share($0)) }
            }
    }

    var json: JSONValue {
        .fields([
            "checked": .whole(total), "steps": steps.json,
            "answers": .object(
                TaskCheck.Answer.allCases.map { .init(key: $0.rawValue, value: .whole(answers[$0] ?? 0)) }),
            "sound": .whole(soundCount),
            "first_faults": .object(
                StepFault.Kind.allCases.map { .init(key: $0.rawValue, value: .whole(faults[$0] ?? 0)) }),
        ])
    }
}
