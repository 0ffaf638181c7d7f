/// Versions of a problem that give something away, or ask for a part: what an evaluation asks to find out what a model
/// lacks. All but those of files are problems of the same task, so that they are judged as it is.
public struct ProblemAids: Sendable, Hashable {
    /// The problem with only what it needs, in an order that it can be worked out in; nil if there is nothing to leave out
    /// or to put in order.
    public var plan: DataRecord?
    /// The problem with half of what has to be found on the way told, the first half, and without what these values were
    /// found from; nil if nothing has to be found.
    public var facts: DataRecord?
    /// What has to be found, the answer last, each asked for with all that comes before it told, likewise.
    public var subproblems: [DataRecord] = []

    public init() {}
}

extension DataRecord {
    /// What the record's built-in task can give away of it; empty for other records.
    public var taskAids: ProblemAids {
        guard let task, case .text(let prompt) = prompt else { return ProblemAids() }
        return task.aids(prompt: prompt)
    }
}

extension TaskKind {
    /// Empty for prompts that are none of the task's, and for tasks whose problems have no parts.
    func aids(prompt: String) -> ProblemAids {
        switch self {
        case .chain: (try? ChainProblem(parsing: prompt))?.aids ?? ProblemAids()
        case .graph: (try? GraphProblem(parsing: prompt))?.aids ?? ProblemAids()
        case .words: (try? WordsProblem(parsing: prompt))?.aids ?? ProblemAids()
        case .countdown: ProblemAids()
        }
    }

    fileprivate func record(_ prompt: String, _ answer: Int) -> DataRecord {
        DataRecord(prompt: .text(prompt), answers: ["\(answer)"], source: rawValue)
    }
}

extension GraphProblem {
    fileprivate var aids: ProblemAids {
        var aids = ProblemAids()
        let order = orderOfNeed, found = order.filter { !(rule(of: $0)?.operands.isEmpty ?? true) }
        let onlyNeeded = order.compactMap { name in rule(of: name).map { Definition(name: name, rule: $0) } }
        if onlyNeeded != definitions { aids.plan = asked(question, definitions: onlyNeeded) }
        let onTheWay = found.dropLast()
        if !onTheWay.isEmpty { aids.facts = asked(question, telling: onTheWay.prefix((onTheWay.count + 1) / 2)) }
        aids.subproblems = found.indices.compactMap { asked(found[$0], telling: found[..<$0]) }
        return aids
    }

    /// The needed variables, each after those it is made of, in the prompt's order as far as that allows.
    private var orderOfNeed: [GraphName] {
        var open = definitions.map(\.name).filter(needed.contains), order: [GraphName] = []
        while let next = open.firstIndex(where: { rule(of: $0)?.operands.allSatisfy(order.contains) ?? true }) {
            order.append(open.remove(at: next))
        }
        return order
    }

    /// Asks for a variable with others told. Definitions that nothing needs any more are left out; those that nothing needed
    /// before stay.
    private func asked(_ name: GraphName, telling told: ArraySlice<GraphName>) -> DataRecord? {
        let definitions = definitions.map { definition in
            told.contains(definition.name)
                ? Definition(name: definition.name, rule: .constant(value(of: definition.name))) : definition
        }
        var kept: Set<GraphName> = [], open = [name] + definitions.map(\.name).filter { !needed.contains($0) }
        while let next = open.popLast() {
            if kept.insert(next).inserted { open += definitions.first { $0.name == next }?.rule.operands ?? [] }
        }
        return asked(name, definitions: definitions.filter { kept.contains($0.name) })
    }

    private func asked(_ name: GraphName, definitions: [Definition]) -> DataRecord? {
        GraphProblem(modulus: modulus, definitions: definitions, question: name).map {
            TaskKind.graph.record($0.prompt, $0.value(of: name))
        }
    }
}

extension WordsProblem {
    /// Of lists: what happens to a person of a story after another sentence cannot be told beforehand.
    fileprivate var aids: ProblemAids {
        var aids = ProblemAids()
        guard form == .list else { return aids }
        let found = needed.map { steps[$0].change.person }
        let sources = needed.flatMap { steps[$0].change.sources + [steps[$0].change.person] }
        var order: [String] = []
        for person in sources where !order.contains(person) { order.append(person) }
        let onlyNeeded = order.compactMap { person in events.first { $0.person == person } }
        if onlyNeeded != events { aids.plan = asked(asked, events: onlyNeeded) }
        let onTheWay = found.dropLast()
        if !onTheWay.isEmpty { aids.facts = asked(asked, telling: onTheWay.prefix((onTheWay.count + 1) / 2)) }
        aids.subproblems = found.indices.compactMap { asked(found[$0], telling: found[..<$0]) }
        return aids
    }

    /// Asks for a person's count with others told, as a graph does.
    private func asked(_ person: String, telling told: ArraySlice<String>) -> DataRecord? {
        let events = events.map { event in
            guard told.contains(event.person), let step = steps.first(where: { $0.change.person == event.person })
            else { return event }
            return Event.start(person: event.person, count: step.after)
        }
        let before = people(for: [asked], in: self.events)
        let kept = people(for: [person] + events.map(\.person).filter { !before.contains($0) }, in: events)
        return asked(person, events: events.filter { kept.contains($0.person) })
    }

    /// The people whose counts those of some people are found from, these included.
    private func people(for wanted: [String], in events: [Event]) -> Set<String> {
        var found: Set<String> = [], open = wanted
        while let next = open.popLast() {
            if found.insert(next).inserted { open += events.first { $0.person == next }?.sources ?? [] }
        }
        return found
    }

    private func asked(_ person: String, events: [Event]) -> DataRecord? {
        (try? WordsProblem(form: form, things: things, events: events, asked: person)).map {
            TaskKind.words.record($0.prompt, $0.answer)
        }
    }
}

extension ChainProblem {
    /// No plan: a chain is told in the order that it is worked out in.
    fileprivate var aids: ProblemAids {
        var aids = ProblemAids()
        if links.count > 1 {
            let half = links.count / 2
            aids.facts = asked(links[half...], from: result(of: half - 1))
        }
        aids.subproblems = links.indices.compactMap { asked(links[$0...$0], from: $0 > 0 ? result(of: $0 - 1) : start) }
        return aids
    }

    private func asked(_ links: ArraySlice<Link>, from start: Int) -> DataRecord? {
        // A chain in whole numbers can go below 0, and prompts cannot begin there.
        guard start >= 0 else { return nil }
        return ChainProblem(modulus: modulus, start: start, links: Array(links)).map {
            TaskKind.chain.record($0.prompt, $0.result(of: links.count - 1))
        }
    }
}
