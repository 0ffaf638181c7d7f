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

    /// A list with a solution: the needed counts one by one, each drawn from those that the one before leads to, and where
    /// there is none, from all whose sources are known.
    func listExample(_ draws: inout Draws) -> TaskExample {
        var open = needed, last: String?, lines: [String] = []
        var done: Set<Int> = []
        while !open.isEmpty {
            let ready = open.indices.filter { steps[open[$0]].inputs.allSatisfy(done.contains) }
            let following = ready.filter { index in last.map(steps[open[index]].change.sources.contains) ?? false }
            let next = open.remove(at: draws.element(of: following.isEmpty ? ready : following))
            lines.append(line(of: steps[next], after: last))
            last = steps[next].change.person
            done.insert(next)
        }
        return example(of: lines)
    }

    /// Whom the step goes on from, the one counted before if it can be; the sentence again; who else is needed; and what
    /// follows. To begin with a count that is known, and then to look for a sentence about it, is easier to learn than to
    /// look for a sentence of which all is known.
    private func line(of step: Step, after last: String?) -> String {
        var known = zip(step.change.sources, [step.before, step.operand]).map { "\($0) = \($1)" }
        var equation = (left: step.before, right: step.operand)
        if step.change.operand.person == last, last != nil {
            known.reverse()
            equation = (equation.right, equation.left)
        }
        let other = known.dropFirst().map { $0 + ", " }.joined()
        let operation = step.change.operation.text
        return "\(known[0]). \(step.change.sentence) \(other)\(equation.left) \(operation) \(equation.right) = \(step.after), "
            + "\(step.change.person) = \(step.after)."
    }
}
