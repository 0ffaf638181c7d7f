import Console
import JSONCoding
import Judging
import Rewards
import Tasks

/// The verdicts for a data set.
struct VerifyReport {
    struct Line {
        let number: Int
        let record: VerifyRecord
        let grade: Grade
        /// The result of a built-in task's checker; nil for other records.
        var check: TaskCheck?

        var disagrees: Bool { record.expectation.map { !$0.agrees(with: grade.verdict) } ?? false }
    }

    let lines: [Line]

    var counts: VerdictCounts { VerdictCounts(lines.map(\.grade.verdict)) }
    var disagreements: [Line] { lines.filter(\.disagrees) }
    private var compared: Int { lines.count { $0.record.expectation != nil } }

    // MARK: For people

    /// - Parameter listsDisagreements: Whether to list every line whose verdict is not the expected one.
    func table(_ terminal: Terminal, listsDisagreements: Bool) -> [String] {
        var table = Table([
            .init(title: "verdict"), .init(title: "count", isNumeric: true), .init(title: "share", isNumeric: true),
        ])
        let counts = counts
        for verdict in Verdict.allCases where counts[verdict] > 0 || verdict == .correct {
            table.add([verdict.rawValue, Figures.grouped(counts[verdict]), share(counts[verdict], lines.count)])
        }
        var result = table.lines(terminal)
        let checks = lines.compactMap(\.check)
        if !checks.isEmpty {
            let sound = checks.count { $0.isSound }
            result += ["", "right and every step sound: \(Figures.grouped(sound)), \(share(sound, checks.count))"]
        }
        if compared > 0 {
            let agreeing = compared - disagreements.count
            result += [
                "",
                "as expected: \(Figures.grouped(agreeing)) of \(Figures.grouped(compared)), "
                    + share(agreeing, compared),
            ]
        }
        if listsDisagreements, !disagreements.isEmpty { result += [""] + disagreementTable(terminal) }
        return result
    }

    private func disagreementTable(_ terminal: Terminal) -> [String] {
        var table = Table([
            .init(title: "line", isNumeric: true), .init(title: "expected"), .init(title: "verdict"),
            .init(title: "reference"), .init(title: "answer"),
        ])
        for line in disagreements {
            let answer = [line.grade.answer ?? "·", line.grade.detail.map { "(\($0))" }].compactMap { $0 }
            table.add([
                "\(line.number)", line.record.expectation?.text ?? "", line.grade.verdict.rawValue,
                SafeText.singleLine(line.record.truths.joined(separator: " | ")),
                SafeText.singleLine(answer.joined(separator: " ")),
            ])
        }
        return table.lines(terminal)
    }

    /// Rounded down, so that only a complete share is 100%.
    private func share(_ part: Int, _ whole: Int) -> String {
        guard whole > 0 else { return "–" }
        let hundredths = part * 10_000 / whole
        let fraction = String(hundredths % 100)
        return "\(hundredths / 100).\(fraction.count == 1 ? "0" : "")\(fraction)%"
    }

    // MARK: For programs

    func json(listsDisagreements: Bool) -> JSONValue {
        let counts = counts
        let agreement: JSONValue? =
            compared == 0
            ? nil
            : .fields([
                "compared": .whole(compared), "agreeing": .whole(compared - disagreements.count),
            ])
        return .fields([
            "records": .whole(lines.count),
            "counts": .object(Verdict.allCases.map { .init(key: $0.rawValue, value: .whole(counts[$0])) }),
            "correct_rate": counts.correctRate.map { .number($0) } ?? .null,
            "agreement": agreement,
            "verdicts": .array(shown(listsDisagreements).map(\.json)),
        ])
    }

    /// The lines to list.
    func shown(_ listsDisagreements: Bool) -> [Line] { listsDisagreements ? disagreements : lines }
}

extension VerifyReport.Line {
    var json: JSONValue {
        let expected: JSONValue? =
            switch record.expectation {
            case .correct(let isCorrect)?: .bool(isCorrect)
            case .verdict(let verdict)?: .string(verdict.rawValue)
            case nil: nil
            }
        return .fields([
            "line": .whole(number), "verdict": .string(grade.verdict.rawValue), "score": .number(grade.score),
            "answer": grade.answer.map { .string($0) }, "references": .array(record.truths.map { .string($0) }),
            "detail": grade.detail.map { .string($0) }, "expected": expected,
            "steps": check.map { .whole($0.steps) }, "sound": check.map { .bool($0.isSound) },
            "fault": check?.fault?.json,
        ])
    }
}
