/// Counts in plain words, one of which is asked for.
///
/// A story is one line, told in order, and what a person has may change:
///
///     Mia has 7 apples. Mia buys 5 more. Tom has 3 times as many as Mia. How many apples does Tom have?
///
/// A list has a sentence a line, in any order, and one for each person:
///
///     Zoe has as many as Mia and Tom together.
///     Tom has 3 more than Mia.
///     Mia has 7 apples.
///     How many apples does Zoe have?
///
/// Each sentence says how many a person has, alone or by what that person or others had before. Names and things are any
/// words. A line break ends the prompt.
struct WordsProblem: Sendable, Hashable {
    enum Form: Sendable, Hashable {
        case story, list
    }

    /// A sentence but the last.
    enum Event: Sendable, Hashable {
        /// A person has a number of things.
        case start(person: String, count: Int)
        /// What a person has changes, or is said by what another has: `person` has what `source` has, and the operation.
        case change(Change)

        var person: String {
            switch self {
            case .start(let person, _): person
            case .change(let change): change.person
            }
        }

        /// The people whose counts it is said by.
        var sources: [String] {
            switch self {
            case .start: []
            case .change(let change): change.sources
            }
        }
    }

    struct Change: Sendable, Hashable {
        let person: String
        let source: String
        let operation: Operation
        let operand: Operand
        let wording: Wording

        var sources: [String] { operand.person.map { [source, $0] } ?? [source] }
    }

    /// The second operand of a change.
    enum Operand: Sendable, Hashable {
        case number(Int)
        case count(of: String)

        var person: String? {
            switch self {
            case .number: nil
            case .count(let person): person
            }
        }
    }

    /// How a change is told.
    enum Wording: String, Sendable, Hashable, CaseIterable {
        case buys, finds, gets, loses, sells, bags, times, more, fewer, together

        var operation: Operation {
            switch self {
            case .buys, .finds, .gets, .more, .together: .add
            case .loses, .sells, .fewer: .subtract
            case .times: .multiply
            case .bags: .divide
            }
        }

        /// Whether it is about another person than the one it is said by.
        var isRelation: Bool { self == .times || self == .more || self == .fewer || self == .together }
    }

    /// A change with its numbers.
    struct Step: Sendable, Hashable {
        let change: Change
        let before: Int
        let operand: Int
        let after: Int
        /// The steps that `before` and `operand` come from, as far as they are not numbers of the story.
        let inputs: [Int]
    }

    let form: Form
    let things: String
    let events: [Event]
    let asked: String
    let steps: [Step]
    /// The steps that the answer needs, each after those it comes from.
    let needed: [Int]
    let answer: Int

    /// - Throws: A description of what makes no sense: a person of whom nothing is known, a count below 0, a remainder.
    init(form: Form, things: String, events: [Event], asked: String) throws(StoryProblem) {
        var ledger = Ledger()
        switch form {
        case .story: for event in events { try ledger.add(event, mayChange: true) }
        case .list: try ledger.addInAnyOrder(events)
        }
        guard let last = ledger.counts[asked] else { throw StoryProblem("nothing says how many \(asked) has") }
        (self.form, self.things, self.events, self.asked) = (form, things, events, asked)
        (steps, answer) = (ledger.steps, last.number)
        var needed: Set<Int> = [], open = last.step.map { [$0] } ?? []
        while let step = open.popLast() {
            if needed.insert(step).inserted { open += steps[step].inputs }
        }
        self.needed = needed.sorted()
    }

    struct StoryProblem: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }
}

/// What is known of each person after some sentences.
private struct Ledger {
    struct Count {
        let number: Int
        /// The step it comes from; nil for a number of the story.
        let step: Int?
    }

    private(set) var counts: [String: Count] = [:]
    private(set) var steps: [WordsProblem.Step] = []

    /// - Parameter mayChange: Whether a count that is known already can change.
    mutating func add(_ event: WordsProblem.Event, mayChange: Bool) throws(WordsProblem.StoryProblem) {
        if let unknown = unknown(event) { throw .init("nothing says how many \(unknown) has") }
        guard counts[event.person] == nil || mayChange && event.sources.first == event.person else {
            throw .init("\(event.person) has a number of things twice")
        }
        switch event {
        case .start(let person, let number): counts[person] = Count(number: number, step: nil)
        case .change(let change): try add(change)
        }
    }

    private mutating func add(_ change: WordsProblem.Change) throws(WordsProblem.StoryProblem) {
        guard let source = counts[change.source] else { return }
        var inputs = [source.step]
        let operand: Int
        switch change.operand {
        case .number(let number): operand = number
        case .count(let person):
            guard let other = counts[person] else { return }
            operand = other.number
            inputs.append(other.step)
        }
        guard let after = change.operation.apply(source.number, operand), after >= 0, after < 1 << 31 else {
            throw .init("\(source.number) \(change.operation.text) \(operand) is no count")
        }
        steps.append(
            WordsProblem.Step(
                change: change, before: source.number, operand: operand, after: after, inputs: inputs.compactMap(\.self)
            ))
        counts[change.person] = Count(number: after, step: steps.count - 1)
    }

    /// Adds each event once what it is said by is known.
    mutating func addInAnyOrder(_ events: [WordsProblem.Event]) throws(WordsProblem.StoryProblem) {
        var waiting: [String: [WordsProblem.Event]] = [:], next = Array(events.reversed())
        while let event = next.popLast() {
            if let unknown = unknown(event) {
                waiting[unknown, default: []].append(event)
                continue
            }
            try add(event, mayChange: false)
            next += waiting.removeValue(forKey: event.person) ?? []
        }
        if let unknown = waiting.keys.min() { throw .init("nothing says how many \(unknown) has") }
    }

    private func unknown(_ event: WordsProblem.Event) -> String? { event.sources.first { counts[$0] == nil } }
}
