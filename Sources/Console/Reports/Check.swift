package import JSONCoding

/// One check made by the doctor.
package struct Check: Equatable {
    package enum Verdict: String { case ok, warn, fail }

    package let name: String
    package let verdict: Verdict
    /// What was found.
    package let finding: String
    /// What to do about it; empty if all is well.
    package var remedy = ""

    package static func ok(_ name: String, _ finding: String) -> Check {
        Check(name: name, verdict: .ok, finding: finding)
    }

    package static func warn(_ name: String, _ finding: String, _ remedy: String) -> Check {
        Check(name: name, verdict: .warn, finding: finding, remedy: remedy)
    }

    package static func fail(_ name: String, _ finding: String, _ remedy: String) -> Check {
        Check(name: name, verdict: .fail, finding: finding, remedy: remedy)
    }

    package var json: JSONValue {
        .fields([
            "name": .string(name), "verdict": .string(verdict.rawValue), "finding": .string(finding),
            "remedy": remedy.isEmpty ? nil : .string(remedy),
        ])
    }
}

/// Checks as one line each, with a verdict.
package struct CheckReport {
    package let checks: [Check]
    package let terminal: Terminal

    package init(checks: [Check], terminal: Terminal) {
        self.checks = checks
        self.terminal = terminal
    }

    package func lines() -> [String] {
        let width = checks.map { TextWidth.of($0.name) }.max() ?? 0
        let indent = 6 + width + 2
        let room = max(terminal.width - indent, 24)
        let space = String(repeating: " ", count: indent)
        return checks.flatMap { check -> [String] in
            let heading = verdict(check.verdict) + "  " + TextWidth.padded(check.name, to: width) + "  "
            let finding = TextWrapping.lines(SafeText.shown(check.finding), width: room)
            let remedy = TextWrapping.lines(SafeText.shown(check.remedy), width: room - 2)
            var lines = [heading + (finding.first ?? "")]
            lines += finding.dropFirst().map { space + $0 }
            lines += remedy.enumerated().map { index, line in space + (index == 0 ? "→ " : "  ") + line }
            return lines
        }
    }

    private func verdict(_ verdict: Check.Verdict) -> String {
        let style = terminal.style
        switch verdict {
        case .ok: return style(.good, "ok  ")
        case .warn: return style(.warning, "warn")
        case .fail: return style(.bad, "fail")
        }
    }
}
