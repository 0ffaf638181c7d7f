extension WordsProblem {
    /// One attempt at a list: people whose count is told, people said by others, the last of whom is asked for, and
    /// distractors, in random order; nil if a count leaves the setting's limits.
    init?(listFor setting: WordsSetting, _ draws: inout Draws) {
        var draft = ListDraft(setting, people: draws.shuffled(Self.people))
        let things = draws.element(of: Self.allThings)
        for _ in 0..<draws.integer(in: setting.starts) { draft.tell(&draws) }
        for left in (1...draws.integer(in: setting.stepCount)).reversed() {
            guard draft.relate(left, &draws) else { return nil }
        }
        guard draft.unused.count == 1, let asked = draft.unused.first else { return nil }
        for _ in 0..<draws.integer(in: setting.distractors) { draft.tell(&draws) }
        let events = draws.shuffled(draft.events)
        guard let problem = try? WordsProblem(form: .list, things: things, events: events, asked: asked) else {
            return nil
        }
        self = problem
    }

    /// A list with a solution: from a count that is known to a sentence that it is needed for, on from there as far as it
    /// goes, and then from another count, drawn from those that have a sentence not looked at yet. A sentence about two
    /// people of whom one is not known is looked at, said to wait, and found again from the other one.
    func listExample(_ draws: inout Draws) -> TaskExample {
        var done: Set<Int> = [], last: String?, lines: [String] = []
        // What is left to look at, from each person: steps that the answer needs.
        var open: [String: [Int]] = [:]
        for step in needed {
            for source in steps[step].change.sources { open[source, default: []].append(step) }
        }
        let told = events.compactMap { event in if case .start(let person, _) = event { person } else { nil } }
        var known = told.filter { open[$0] != nil }
        while done.count < needed.count {
            let source = last.flatMap { open[$0] == nil ? nil : $0 } ?? draws.element(of: known)
            let next = open[source, default: []].remove(at: draws.integer(below: open[source, default: []].count))
            if open[source]?.isEmpty == true {
                open[source] = nil
                known.removeAll { $0 == source }
            }
            if done.contains(next) { continue }
            let step = steps[next], isReady = step.inputs.allSatisfy(done.contains)
            lines.append(line(of: step, from: source, isReady: isReady))
            guard isReady else { continue }
            done.insert(next)
            last = step.change.person
            if open[step.change.person] != nil { known.append(step.change.person) }
        }
        return example(of: lines)
    }

    /// Whom the step goes on from, the sentence, who else is needed, and what follows, or that it has to wait. To begin
    /// with a count that is known, and then to look for a sentence about it, is easier to learn than to look for a
    /// sentence of which all is known.
    private func line(of step: Step, from source: String, isReady: Bool) -> String {
        let isSecond = step.change.operand.person == source, change = step.change
        let (count, other) = isSecond ? (step.operand, step.before) : (step.before, step.operand)
        let companion = isSecond ? change.source : change.operand.person
        let begin = "\(source) = \(count). \(change.sentence) "
        guard isReady else { return begin + "\(companion ?? "") is not known yet." }
        return begin + (companion.map { "\($0) = \(other), " } ?? "")
            + "\(count) \(change.operation.text) \(other) = \(step.after), \(change.person) = \(step.after)."
    }
}
