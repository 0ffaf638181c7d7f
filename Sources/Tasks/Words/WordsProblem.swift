/// A story of counts in plain words, one of which is asked for.
///
///     Mia has 7 apples. Mia buys 5 more. Tom has 3 times as many as Mia. How many apples does Tom have?
///
/// Each sentence says how many a person has, alone or by what that person or another had before. Names and things are any
/// words. A line break ends the prompt.
struct WordsProblem: Sendable, Hashable {
    /// A sentence but the last.
    enum Event: Sendable, Hashable {
        /// A person has a number of things.
        case start(person: String, count: Int)
        /// What a person has changes, or is said by what another has: `person` has what `source` has, and the operation.
        case change(Change)
    }

    struct Change: Sendable, Hashable {
        let person: String
        let source: String
        let operation: Operation
        let operand: Int
        let wording: Wording
    }

    /// How a change is told.
    enum Wording: String, Sendable, Hashable, CaseIterable {
        case buys, finds, gets, loses, sells, bags, times, more, fewer

        var operation: Operation {
            switch self {
            case .buys, .finds, .gets, .more: .add
            case .loses, .sells, .fewer: .subtract
            case .times: .multiply
            case .bags: .divide
            }
        }

        /// Whether it is about another person than the one it is said by.
        var isRelation: Bool { self == .times || self == .more || self == .fewer }
    }

    /// A change with the counts before and after it.
    struct Step: Sendable, Hashable {
        let change: Change
        let before: Int
        let after: Int
        /// The step that `before` comes from; nil for a number of the story.
        let input: Int?
    }

    let things: String
    let events: [Event]
    let asked: String
    let steps: [Step]
    /// The steps that the answer needs, in order.
    let needed: [Int]
    let answer: Int

    /// - Throws: A description of what makes no sense: a person of whom nothing is known, a count below 0, a remainder.
    init(things: String, events: [Event], asked: String) throws(StoryProblem) {
        var counts: [String: (count: Int, step: Int?)] = [:], steps: [Step] = []
        for event in events {
            switch event {
            case .start(let person, let count):
                guard counts[person] == nil else { throw StoryProblem("\(person) has a number of things twice") }
                counts[person] = (count, nil)
            case .change(let change):
                guard let source = counts[change.source] else {
                    throw StoryProblem("nothing says how many \(change.source) has")
                }
                guard change.person == change.source || counts[change.person] == nil else {
                    throw StoryProblem("\(change.person) has a number of things twice")
                }
                guard let after = change.operation.apply(source.count, change.operand), after >= 0, after < 1 << 31
                else {
                    throw StoryProblem("\(source.count) \(change.operation.text) \(change.operand) is no count")
                }
                steps.append(Step(change: change, before: source.count, after: after, input: source.step))
                counts[change.person] = (after, steps.count - 1)
            }
        }
        guard let (answer, last) = counts[asked] else { throw StoryProblem("nothing says how many \(asked) has") }
        (self.things, self.events, self.asked, self.steps, self.answer) = (things, events, asked, steps, answer)
        var needed: [Int] = [], next = last
        while let step = next {
            needed.append(step)
            next = steps[step].input
        }
        self.needed = needed.reversed()
    }

    struct StoryProblem: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }
}
