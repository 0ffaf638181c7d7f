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

    /// A list with a solution: the needed people one by one, each drawn from those who are said by the one before where
    /// one of them can be counted, and else from all who can be.
    func listExample(_ draws: inout Draws) -> TaskExample {
        let needed = Set(needed.flatMap { [steps[$0].change.person] + Event.change(steps[$0].change).sources })
        let equations = Dictionary(
            steps.map { ($0.change.person, $0.equation) }, uniquingKeysWith: { first, _ in first })
        var open = events.filter { needed.contains($0.person) }
        var counted: [String] = [], lines: [String] = []
        while true {
            let ready = open.indices.filter { open[$0].sources.allSatisfy(counted.contains) }
            let following = ready.filter { index in counted.last.map(open[index].sources.contains) ?? false }
            guard !ready.isEmpty else { return example(of: lines) }
            let event = open.remove(at: draws.element(of: following.isEmpty ? ready : following))
            counted.append(event.person)
            lines.append(line(of: event, equations[event.person]))
        }
    }

    private func line(of event: Event, _ equation: String?) -> String {
        guard case .change(let change) = event, let equation else { return sentence(event) }
        return "\(change.clause): \(equation)."
    }
}
