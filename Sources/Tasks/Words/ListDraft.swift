/// A list of people and counts while it is drawn.
struct ListDraft {
    private(set) var events: [WordsProblem.Event] = []
    /// People by whom nobody is said yet.
    private(set) var unused: [String] = []
    private var used: [String] = []
    private var counts: [String: Int] = [:]
    private var people: [String]
    private let setting: WordsSetting

    init(_ setting: WordsSetting, people: [String]) {
        (self.setting, self.people) = (setting, people)
    }

    /// Adds a person whose count is told.
    mutating func tell(_ draws: inout Draws) {
        guard let person = people.popLast() else { return }
        let count = draws.integer(in: setting.operands)
        add(.start(person: person, count: count), count)
    }

    /// Adds a person said by others, so that one unused person can be left in the end.
    ///
    /// - Parameter left: How many are to come, this one included.
    /// - Returns: False if no count within the limits was found.
    mutating func relate(_ left: Int, _ draws: inout Draws) -> Bool {
        guard let person = people.popLast() else { return false }
        let surplus = unused.count - 1
        if left > surplus + 1, !used.isEmpty, draws.chance(setting.shared) {
            return add(person, saidBy: draws.element(of: used), &draws)
        }
        if surplus > 0, draws.integer(below: left) < surplus { return add(togetherFor: person, &draws) }
        return add(person, saidBy: draws.element(of: unused), &draws)
    }

    private mutating func add(_ person: String, saidBy source: String, _ draws: inout Draws) -> Bool {
        for _ in 0..<WordsProblem.mostDraws {
            guard let wordings = WordsProblem.relations[setting.operations.draw(&draws)],
                let (change, after) = WordsProblem.change(
                    of: person, said: wordings, by: source, having: count(source), setting, &draws)
            else { continue }
            add(.change(change), after)
            return true
        }
        return false
    }

    /// Adds a person who has as many as two unused ones, of those whose sum is within the limit.
    private mutating func add(togetherFor person: String, _ draws: inout Draws) -> Bool {
        let fitting = unused.flatMap { first in
            unused.filter { $0 != first && count(first) + count($0) <= setting.limit }.map {
                (first: first, second: $0)
            }
        }
        guard !fitting.isEmpty else { return false }
        let (first, second) = draws.element(of: fitting)
        let change = WordsProblem.Change(
            person: person, source: first, operation: .add, operand: .count(of: second), wording: .together)
        add(.change(change), count(first) + count(second))
        return true
    }

    private func count(_ person: String) -> Int { counts[person] ?? 0 }

    private mutating func add(_ event: WordsProblem.Event, _ count: Int) {
        events.append(event)
        counts[event.person] = count
        used += unused.filter(event.sources.contains)
        unused.removeAll(where: event.sources.contains)
        unused.append(event.person)
    }
}
