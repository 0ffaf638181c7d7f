extension WordsProblem {
    static let people = [
        "Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gina", "Hugo", "Ida", "Jack", "Kim", "Leo", "Mia", "Nils", "Olga",
        "Paul", "Rosa", "Sam", "Tina", "Umar", "Vera", "Will", "Yara", "Zoe",
    ]
    static let allThings = [
        "apples", "books", "cards", "coins", "eggs", "keys", "lamps", "nuts", "pens", "plums", "rings", "seeds",
        "shells",
        "stamps", "stones", "toys",
    ]
    private static let events: [Operation: [Wording]] = [
        .add: [.buys, .finds, .gets], .subtract: [.loses, .sells], .divide: [.bags],
    ]
    static let relations: [Operation: [Wording]] = [.add: [.more], .subtract: [.fewer], .multiply: [.times]]

    /// One attempt at a story; nil if a count leaves the setting's limits.
    init?(_ setting: WordsSetting, _ draws: inout Draws) {
        let wanted = draws.integer(in: setting.stepCount)
        var people = draws.shuffled(Self.people)
        let things = draws.element(of: Self.allThings)
        guard var holder = people.popLast() else { return nil }
        var count = draws.integer(in: setting.operands), events = [Event.start(person: holder, count: count)]
        while events.count <= wanted {
            var step: (change: Change, after: Int)?
            for _ in 0..<Self.mostDraws where step == nil {
                step = Self.change(of: holder, having: count, or: people.last, setting, &draws)
            }
            guard let (change, after) = step else { return nil }
            if change.person != holder { people.removeLast() }
            (holder, count) = (change.person, after)
            events.append(.change(change))
        }
        for _ in 0..<draws.integer(in: setting.distractors) {
            guard let person = people.popLast() else { return nil }
            let start = Event.start(person: person, count: draws.integer(in: setting.operands))
            events.insert(start, at: 1 + draws.integer(below: events.count))
        }
        guard let problem = try? WordsProblem(form: .story, things: things, events: events, asked: holder) else {
            return nil
        }
        self = problem
    }

    /// Changes drawn before there is none that keeps counts within their limits.
    static let mostDraws = 64

    /// A change that keeps to the setting's limits, and the count after it; nil if the one drawn does not.
    private static func change(
        of holder: String, having count: Int, or other: String?, _ setting: WordsSetting, _ draws: inout Draws
    ) -> (Change, after: Int)? {
        let operation = setting.operations.draw(&draws)
        let isRelation = draws.chance(setting.relations) || operation == .multiply
        let person = isRelation && operation != .divide ? other : holder
        guard let person, let wordings = (person == holder ? events : relations)[operation] else { return nil }
        return change(of: person, said: wordings, by: holder, having: count, setting, &draws)
    }

    /// A change in one of these words, which are of one operation, with a number that is drawn.
    static func change(
        of person: String, said wordings: [Wording], by source: String, having count: Int, _ setting: WordsSetting,
        _ draws: inout Draws
    ) -> (Change, after: Int)? {
        let number = draws.integer(in: setting.operands), wording = draws.element(of: wordings)
        let operation = wording.operation
        guard let after = operation.apply(count, number), (1...setting.limit).contains(after),
            operation == .add || operation == .subtract || number > 1
        else { return nil }
        let change = Change(
            person: person, source: source, operation: operation, operand: .number(number), wording: wording)
        return (change, after)
    }

    /// A story with its solution.
    var storyExample: TaskExample {
        example(of: needed.map { "\(steps[$0].change.person) has \(steps[$0].equation) \(things)." })
    }

    func example(of lines: [String]) -> TaskExample {
        let steps = lines.map { $0 + "\n\n" }.joined()
        return TaskExample(prompt: prompt, answer: "\(answer)", response: steps + AnswerBox.text("\(answer)"))
    }
}

extension WordsProblem.Step {
    var equation: String { "\(before) \(change.operation.text) \(operand) = \(after)" }
}

extension WordsSetting {
    /// One attempt at an example; nil if a count leaves the limits.
    func example(_ draws: inout Draws) -> TaskExample? {
        isShuffled ? WordsProblem(listFor: self, &draws)?.listExample(&draws) : WordsProblem(self, &draws)?.storyExample
    }
}
