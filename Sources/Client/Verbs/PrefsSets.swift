import ArgumentParser
import Console
import JSONCoding
import Wire

struct PrefsAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add pairs to a set of comparisons on the server.",
        discussion: """
            Reads JSON lines with `prompt`, `first` and `second`, as `attnrl prefs select` writes
            them, and with `id`, which is the line's number where there is none. Pairs that are
            there already are left as they are.

            Examples:
              attnrl prefs add words pairs.jsonl
              attnrl prefs select candidates.jsonl | attnrl prefs add words -
            """)

    @Argument(help: "The set's name; the first pair makes it.")
    var set: String

    @Argument(help: "JSON lines of pairs, or - for standard input.")
    var file: String

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var common: CommonArguments

    private static let most = 1000

    func run() async throws {
        let name = InputFile.name(of: file)
        let pairs = try JSONLines.objects(in: try InputFile.text(of: file), name: name).map { line in
            var pair = V1.PreferencePair()
            pair.id = line.object.text("id") ?? "\(line.number)"
            pair.prompt = try line.text("prompt")
            pair.first = try line.text("first")
            pair.second = try line.text("second")
            return pair
        }
        guard !pairs.isEmpty else { throw Failure("\(name) has no pairs") }
        var refused: [String] = []
        try await Connection.open(connection) { connection in
            for begin in stride(from: 0, to: pairs.count, by: Self.most) {
                var request = V1.AddPairsRequest()
                request.set = set
                request.pairs = Array(pairs[begin..<min(begin + Self.most, pairs.count)])
                let answer = try await connection.unary(V1.PreferenceService.addPairs, request)
                refused += answer.refused.map { "pair \(begin + Int($0.index) + 1): \($0.reason)" }
            }
        }
        Output.talk.line("\(Figures.count(pairs.count - refused.count, "pair")) added to \"\(set)\"")
        guard refused.isEmpty else {
            throw Failure("\(Figures.count(refused.count, "pair")) refused", notes: Array(refused.prefix(8)))
        }
    }
}

struct PrefsCompare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Look at pairs of a set, and say which response is better.",
        discussion: """
            Shows one pair after the other. 1 and 2 choose, 0 says neither; an empty line or the
            end of the input stops, and what was chosen until then is kept.

            Examples:
              attnrl prefs compare words --labeller anna
              attnrl prefs compare words --choices choices.jsonl

            A line of choices is {"id": "3", "preferred": "first"}, or "second", or "neither".
            """)

    @Argument(help: "The set's name.")
    var set: String

    @Option(help: ArgumentHelp("Who chooses, for the record.", valueName: "name"))
    var labeller = ""

    @Option(help: ArgumentHelp("Choices that are made already, as JSON lines.", valueName: "file"))
    var choices: String?

    @Flag(help: "Let these choices replace others that were made before.")
    var replace = false

    @OptionGroup var connection: PatientConnectionArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        let given = try choices.map { try Self.read($0, replace: replace) }
        let refused = try await Connection.open(connection) { connection in
            let call = try await connection.bidirectional(V1.PreferenceService.compare)
            guard let given else { return try await ask(call) }
            return try await send(given, call)
        }
        guard refused.isEmpty else {
            throw Failure("\(Figures.count(refused.count, "choice")) refused", notes: Array(refused.prefix(8)))
        }
    }

    private typealias Call = BidirectionalCall<V1.CompareRequest, V1.CompareResponse>

    private static func read(_ file: String, replace: Bool) throws -> [V1.PreferenceChoice] {
        try JSONLines.objects(in: try InputFile.text(of: file), name: InputFile.name(of: file)).map { line in
            let word = try line.text("preferred")
            guard let preferred = [V1.Preferred.first, .second, .neither].first(where: { $0.name == word }) else {
                throw Failure(
                    "\(line.place) prefers \"\(SafeText.singleLine(word))\"", notes: ["write first, second or neither"])
            }
            var choice = V1.PreferenceChoice()
            (choice.pair, choice.preferred, choice.replace) = (try line.text("id"), preferred, replace)
            return choice
        }
    }

    private var request: V1.CompareRequest {
        var request = V1.CompareRequest()
        (request.set, request.labeller) = (set, labeller)
        return request
    }

    /// Sends choices that were made elsewhere. Returns those that were refused.
    private func send(_ choices: [V1.PreferenceChoice], _ call: Call) async throws -> [String] {
        var refused: [String] = [], request = request
        for begin in stride(from: 0, to: choices.count, by: 500) {
            request.choices = Array(choices[begin..<min(begin + 500, choices.count)])
            try await call.send(request)
            for _ in request.choices {
                guard case .taken(let taken)? = try await call.next()?.part else { break }
                if !taken.refused.isEmpty { refused.append("pair \(taken.pair): \(taken.refused)") }
            }
        }
        try await call.finishRequests()
        while try await call.next() != nil {}
        Output.talk.line("\(Figures.count(choices.count - refused.count, "choice")) kept")
        return refused
    }

    /// Asks whoever sits there. Returns what was refused.
    private func ask(_ call: Call) async throws -> [String] {
        var refused: [String] = [], kept = 0, request = request
        request.window = 1
        try await call.send(request)
        while let answer = try await call.next() {
            switch answer.part {
            case .pair(let pair):
                guard let preferred = Self.preferred(of: pair) else {
                    try await call.finishRequests()
                    while try await call.next() != nil {}
                    Output.talk.line("\(Figures.count(kept, "choice")) kept; the rest stays open")
                    return refused
                }
                var choice = V1.PreferenceChoice()
                (choice.pair, choice.preferred, choice.replace) = (pair.id, preferred, replace)
                request.choices = [choice]
                try await call.send(request)
            case .taken(let taken) where taken.refused.isEmpty: kept += 1
            case .taken(let taken): refused.append("pair \(taken.pair): \(taken.refused)")
            case nil: break
            }
        }
        Output.talk.line("\(Figures.count(kept, "choice")) kept; no pair is open")
        return refused
    }

    /// What is typed about a pair; nil to stop.
    private static func preferred(of pair: V1.PreferencePair) -> V1.Preferred? {
        let style = Output.data.terminal.style
        for (title, text) in [("prompt", pair.prompt), ("1", pair.first), ("2", pair.second)] {
            Output.data.line(style(.heading, "=== \(title)"))
            Output.data.line(SafeText.shown(text))
        }
        while true {
            Output.talk.line(style(.faint, "better: 1, 2, 0 for neither, or nothing to stop"))
            switch readLine()?.filter({ !$0.isWhitespace }) {
            case "1": return .first
            case "2": return .second
            case "0": return .neither
            case nil, "": return nil
            default: continue
            }
        }
    }
}

struct PrefsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write what was preferred as data: lines with prompt, chosen and rejected.",
        discussion: """
            Examples:
              attnrl prefs export words > compared.jsonl
            """)

    @Argument(help: "The set's name.")
    var set: String

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.GetPreferencesRequest(), open = 0, undecided = 0
        request.set = set
        let wanted = request
        let pairs = try await Connection.open(connection) { connection in
            try await connection.stream(V1.PreferenceService.getPreferences, wanted).reduce(into: []) { $0.append($1) }
        }
        for compared in pairs {
            guard let pair = compared.pair else { continue }
            switch compared.preferred {
            case .first: line(pair, chosen: pair.first, rejected: pair.second, compared.labeller)
            case .second: line(pair, chosen: pair.second, rejected: pair.first, compared.labeller)
            case .neither: undecided += 1
            default: open += 1
            }
        }
        let decided = pairs.count - open - undecided
        Output.talk.line(
            Output.talk.terminal.style(
                .faint, "\(decided) of \(pairs.count) pairs; \(undecided) undecided, \(open) open"))
    }

    private func line(_ pair: V1.PreferencePair, chosen: String, rejected: String, _ labeller: String) {
        let line = JSONValue.fields([
            "id": .string(pair.id), "prompt": .string(pair.prompt), "chosen": .string(chosen),
            "rejected": .string(rejected), "labeller": labeller.isEmpty ? nil : .string(labeller),
        ])
        Output.data.line(line.compact)
    }
}

struct PrefsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls", abstract: "List the server's sets of comparisons, and how far each is.")

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        let sets = try await Connection.open(connection) { connection in
            try await connection.unary(V1.PreferenceService.listSets, V1.ListSetsRequest()).sets
        }
        output.output.show(each: sets.map(Self.json)) { Self.lines(sets, Output.data.terminal) }
    }

    static func lines(_ sets: [V1.PreferenceSet], _ terminal: Terminal) -> [String] {
        guard !sets.isEmpty else { return ["There is no set of comparisons. `attnrl prefs add NAME FILE` makes one."] }
        var table = Table([
            .init(title: "set"), .init(title: "pairs", isNumeric: true), .init(title: "chosen", isNumeric: true),
            .init(title: "open", isNumeric: true),
        ])
        for set in sets {
            table.add([
                SafeText.singleLine(set.name), Figures.grouped(set.pairs), Figures.grouped(set.chosen),
                Figures.grouped(open(set)),
            ])
        }
        return table.lines(terminal)
    }

    private static func json(_ set: V1.PreferenceSet) -> JSONValue {
        .fields([
            "set": .string(set.name), "pairs": .whole(set.pairs), "chosen": .whole(set.chosen),
            "open": .whole(open(set)),
        ])
    }

    /// Wraps around, since a server may send any numbers.
    private static func open(_ set: V1.PreferenceSet) -> Int32 { set.pairs.subtractingReportingOverflow(set.chosen).0 }
}

struct PrefsRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Delete a set of comparisons on the server, with all that was chosen.",
        discussion: """
            A set that a job reads is kept until the job is over.

            Examples:
              attnrl prefs rm words
            """)

    @Argument(help: "The set's name.")
    var set: String

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        var request = V1.DeleteSetRequest()
        request.set = set
        let wanted = request
        let answer = try await Connection.open(connection) { connection in
            try await connection.unary(V1.PreferenceService.deleteSet, wanted)
        }
        Output.talk.line("\(Figures.count(Int(answer.pairs), "pair")) and what was chosen of them deleted")
    }
}

/// A file of JSON objects, one in each line.
enum JSONLines {
    struct Line {
        let number: Int
        let place: String
        let object: JSONValue

        /// - Throws: `Failure` if the object has no such text.
        func text(_ name: String) throws -> String {
            guard let text = object.text(name) else {
                throw Failure("\(place) has no \(name)", notes: ["write it as a JSON string"])
            }
            return text
        }
    }

    static func objects(in text: String, name: String) throws -> [Line] {
        try text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            guard line.contains(where: { !$0.isWhitespace }) else { return nil }
            let place = "\(name), line \(index + 1)"
            guard let value = try? JSONReader.parse(Array(line.utf8)), case .object = value else {
                throw Failure("\(place) is no JSON object", notes: ["write one object in each line"])
            }
            return Line(number: index + 1, place: place, object: value)
        }
    }
}

extension JSONValue {
    /// A member that is a text, or a whole number.
    fileprivate func text(_ name: String) -> String? {
        guard case .object(let members) = self else { return nil }
        switch members.first(where: { $0.key == name })?.value {
        case .string(let text): return text
        case .integer(let number): return "\(number)"
        default: return nil
        }
    }
}
