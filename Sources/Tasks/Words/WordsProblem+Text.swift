extension WordsProblem {
    var prompt: String {
        events.map { sentence($0) + form.space }.joined() + "How many \(things) does \(asked) have?\n"
    }

    private func sentence(_ event: Event) -> String {
        switch event {
        case .start(let person, let count): "\(person) has \(count) \(things)."
        case .change(let change): change.sentence
        }
    }

    /// Parses a prompt.
    init(parsing prompt: String) throws(TaskError) {
        guard prompt.hasSuffix("?\n") else {
            throw Self.problem("it does not end with a question mark and a line break")
        }
        let form = prompt.dropLast().contains("\n") ? Form.list : .story
        var sentences = prompt.dropLast(2).split(separator: "." + form.space, omittingEmptySubsequences: false)
        let question = sentences.removeLast().split(separator: " ", omittingEmptySubsequences: false)
        guard question.count == 6, question[0] == "How", question[1] == "many", question[3] == "does",
            question[5] == "have",
            Self.isName(question[4]), Self.isThing(question[2])
        else { throw Self.problem("its last sentence is not 'How many THINGS does NAME have?'") }
        let things = String(question[2])
        var events: [Event] = []
        for sentence in sentences {
            guard let event = Event(sentence, things: things) else {
                throw Self.problem("it has a sentence '\(sentence.prefix(80))', which is none of this task")
            }
            events.append(event)
        }
        do throws(StoryProblem) {
            try self.init(form: form, things: things, events: events, asked: String(question[4]))
        } catch {
            throw Self.problem(error.text)
        }
    }

    private static func problem(_ what: String) -> TaskError {
        TaskError("this is not a prompt of the task words: \(what). Give a generated one.")
    }

    fileprivate static func isName(_ word: Substring) -> Bool {
        word.first?.isUppercase == true && word.allSatisfy(\.isLetter)
    }

    fileprivate static func isThing(_ word: Substring) -> Bool { !word.isEmpty && word.allSatisfy(\.isLowercase) }

    /// A number as stories have it: no leading zeros, below 10^9.
    fileprivate static func number(_ word: Substring) -> Int? {
        guard (1...9).contains(word.utf8.count), word.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            word.utf8.count == 1 || word.first != "0"
        else { return nil }
        return Int(word)
    }
}

extension WordsProblem.Form {
    /// What is between its sentences.
    fileprivate var space: String {
        switch self {
        case .story: " "
        case .list: "\n"
        }
    }
}

extension WordsProblem.Change {
    var sentence: String {
        let text = wording.pattern.map { word -> String in
            switch word {
            case "NAME": person
            case "OTHER": source
            case "N", "SECOND": operand.text
            default: word
            }
        }
        return text.joined(separator: " ") + "."
    }
}

extension WordsProblem.Operand {
    fileprivate var text: String {
        switch self {
        case .number(let number): "\(number)"
        case .count(let person): person
        }
    }
}

extension WordsProblem.Wording {
    /// The words of a sentence.
    fileprivate var pattern: [String] {
        switch self {
        case .buys, .finds, .gets: ["NAME", rawValue, "N", "more"]
        case .loses, .sells: ["NAME", rawValue, "N", "of", "them"]
        case .bags:
            ["NAME", "puts", "them", "into", "N", "equal", "bags", "and", "keeps", "one", "of", "the", "bags"]
        case .times: ["NAME", "has", "N", "times", "as", "many", "as", "OTHER"]
        case .more: ["NAME", "has", "N", "more", "than", "OTHER"]
        case .fewer: ["NAME", "has", "N", "fewer", "than", "OTHER"]
        case .together: ["NAME", "has", "as", "many", "as", "OTHER", "and", "SECOND", "together"]
        }
    }

    /// All words of the sentences that are not of one story.
    static var words: [String] {
        let words = allCases.flatMap(\.pattern) + ["has", "How", "many", "does", "have"]
        return words.filter { !["NAME", "OTHER", "SECOND", "N"].contains($0) }
    }
}

extension WordsProblem {
    /// What a list says between names, things and numbers, with the spaces around it: so a name is the same token wherever
    /// it stands, beside what is said of it, and a small model learns sooner to find what it needs.
    static let listPhrases = [
        " has ", " more than ", " fewer than ", " times as many as ", "as many as ", " and ", " together", " = ", " + ",
        " - ", " * ", ", ", ". ", ".\n", " is not known yet", "How many ", " does ", " have?\n",
    ]
}

extension WordsProblem.Event {
    fileprivate init?(_ sentence: Substring, things: String) {
        let words = sentence.split(separator: " ", omittingEmptySubsequences: false)
        if words.count == 4, words[1] == "has", words[3] == things, WordsProblem.isName(words[0]),
            let count = WordsProblem.number(words[2])
        {
            self = .start(person: String(words[0]), count: count)
            return
        }
        let change = WordsProblem.Wording.allCases.lazy.compactMap { WordsProblem.Change(words, $0) }.first
        guard let change else { return nil }
        self = .change(change)
    }
}

extension WordsProblem.Change {
    fileprivate init?(_ words: [Substring], _ wording: WordsProblem.Wording) {
        let pattern = wording.pattern
        guard words.count == pattern.count else { return nil }
        var person = "", source: String?, operand: WordsProblem.Operand?
        for (word, expected) in zip(words, pattern) {
            switch expected {
            case "NAME" where WordsProblem.isName(word): person = String(word)
            case "OTHER" where WordsProblem.isName(word): source = String(word)
            case "SECOND" where WordsProblem.isName(word): operand = .count(of: String(word))
            case "N": operand = WordsProblem.number(word).map { .number($0) }
            case _ where word != expected: return nil
            default: break
            }
        }
        guard let operand, !person.isEmpty, !wording.isRelation || source != nil, source != person else { return nil }
        if let second = operand.person, second == person || second == source { return nil }
        self.init(
            person: person, source: source ?? person, operation: wording.operation, operand: operand, wording: wording)
    }
}
