import ArgumentParser
import Basics
import Console
import JSONCoding
import Preferences
import Threads
import Wire

struct PrefsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prefs", abstract: "Choose what people compare, hand it out, and keep what they choose.",
        subcommands: [
            PrefsSelect.self, PrefsAdd.self, PrefsList.self, PrefsCompare.self, PrefsExport.self, PrefsRemove.self,
        ])
}

struct PrefsSelect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "select",
        abstract: "Choose the pairs of responses whose comparison tells most.",
        discussion: """
            Reads JSON lines with a prompt and its responses, asks a server for the responses'
            mean hidden states, and chooses pairs greedily so that the determinant of their
            differences' scatter grows the most (D-optimal). Writes a line for each pair, which
            `attnrl prefs add` takes; `chosen` and `rejected` in place of `first` and `second`
            make it data of a job of kind reward_model.

            Examples:
              attnrl prefs select candidates.jsonl --pairs 64 > pairs.jsonl
              attnrl prefs select candidates.jsonl --pairs 64 --choose random --seed 1
            """)

    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case informative, random
    }

    @Argument(help: "JSON lines with prompt and responses, or - for standard input.")
    var file: String

    @Option(help: ArgumentHelp("Pairs to choose.", valueName: "count"))
    var pairs = 64

    @Option(help: "Choose the pairs that tell most, or any, to compare with.")
    var choose = Choice.informative

    @Option(help: ArgumentHelp("Lambda: what is known of every direction before.", valueName: "number"))
    var ridge = 1.0

    @Option(help: ArgumentHelp("Seed of a random choice.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The layer of the hidden states, or 'last'.", valueName: "layer"))
    var layer = LayerChoice.last

    @Flag(help: "Put prompts into the policy's chat template, as a user's message.")
    var chat = false

    @OptionGroup var template: TemplateArguments
    @OptionGroup var tokens: TokenArguments
    @OptionGroup var policy: PolicyArguments

    @Option(help: ArgumentHelp("Requests in flight.", valueName: "count"))
    var parallel = 16

    @OptionGroup var connection: ConnectionArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        try ArgumentCheck.require("--pairs", pairs, in: 1...100_000)
        try ArgumentCheck.require("--parallel", parallel, in: 1...512)
        // Far below, sums of squares over it are not finite.
        guard ridge >= 1e-12, ridge.isFinite else {
            throw ValidationError("--ridge is \(ridge). Give a number of at least 1e-12.")
        }
    }

    func run() async throws {
        let name = InputFile.name(of: file)
        let candidates = try PreferenceCandidates(try InputFile.text(of: file), name: name)
        let requests = try candidates.responses.map { response in
            (response.text, try request(for: response.text, to: candidates.prompts[response.prompt]))
        }
        let states = try await Connection.open(connection) { connection in
            try await mapAtOnce(requests, limit: parallel) { _, request in
                try await Self.state(of: request.0, request.1, connection)
            }
        }
        let differences = candidates.pairs.map { pair in zip(states[pair.first], states[pair.second]).map { $0 - $1 } }
        let chosen = choice(among: differences)
        for pair in chosen { Output.data.line(line(pair, candidates).compact) }
        Output.talk.line(Output.talk.terminal.style(.faint, Self.summary(chosen, of: differences.count)))
    }

    private func request(for response: String, to text: String) throws -> V1.TraceRequest {
        var request = V1.TraceRequest(), input = V1.TraceInput(), capture = V1.CaptureOptions()
        input.policy = policy.policy
        input.prompt = tokens.prompt(for: text, isChat: chat || template.isSet, system: nil)
        try input.prompt?.changeChat { try template.apply(to: &$0) }
        input.response = .text(response)
        capture.stepMap = .noMap
        capture.hiddenStates = HiddenStateArguments.message(layer)
        (request.input, request.capture) = (input, capture)
        return request
    }

    /// The mean hidden state of a response.
    private static func state(
        of response: String, _ request: V1.TraceRequest, _ connection: Connection
    ) async throws -> [Float] {
        var state: [Float] = []
        for try await message in connection.stream(V1.AnalysisService.trace, request) {
            if case .hiddenStates(let states) = message.part, !states.response.isEmpty { state = states.response }
        }
        guard !state.isEmpty, state.allSatisfy(\.isFinite) else {
            throw Failure(
                "the server sent no hidden states of a response",
                notes: ["it begins: \(response.prefix(60))", "a response needs at least one token"])
        }
        return state
    }

    private func choice(among differences: [[Float]]) -> [ChosenPair] {
        guard choose == .random else { return informativePairs(differences, count: pairs, ridge: ridge) }
        let order = differences.indices.map { (SplitMix.mix(seed &+ UInt64($0) &* SplitMix.increment), $0) }
            .sorted { $0 < $1 }.prefix(pairs).map(\.1)
        let sums = logDeterminants(differences, order: order, ridge: ridge)
        return zip(order, sums).enumerated().map { place, pair in
            let before = place > 0 ? sums[place - 1] : 0
            return ChosenPair(index: pair.0, gain: ChosenPair.gain(pair.1 - before), logDeterminant: pair.1)
        }
    }

    private func line(_ pair: ChosenPair, _ candidates: PreferenceCandidates) -> JSONValue {
        let indices = candidates.pairs[pair.index]
        let prompt = candidates.prompts[candidates.responses[indices.first].prompt]
        let (first, second) = (candidates.responses[indices.first].text, candidates.responses[indices.second].text)
        // By what it says, so that pairs of several selections go into one set.
        let id = fingerprint([prompt, first, second].joined(separator: "\0").utf8)
        return .fields([
            "id": .string(String(id, radix: 16)), "prompt": .string(prompt), "first": .string(first),
            "second": .string(second),
            "gain": .number(pair.gain), "log_det": .number(pair.logDeterminant),
        ])
    }

    static func summary(_ chosen: [ChosenPair], of count: Int) -> String {
        guard !chosen.isEmpty else {
            return "no pair of \(count): the two responses of each have the same hidden states, so comparing them "
                + "tells nothing. Draw responses that differ, or take another --layer."
        }
        let curve = Set([1, chosen.count / 4, chosen.count / 2, chosen.count]).filter { $0 > 0 }.sorted()
        let points = curve.map { "\($0): \(Figures.brief(Float(chosen[$0 - 1].logDeterminant)))" }
        return "\(chosen.count) of \(count) pairs; log det after " + points.joined(separator: ", ")
    }
}

/// Responses that could be compared: all pairs of those to one prompt.
struct PreferenceCandidates {
    private(set) var prompts: [String] = []
    private(set) var responses: [(prompt: Int, text: String)] = []
    /// Indices of two responses each.
    private(set) var pairs: [(first: Int, second: Int)] = []

    static let mostPairs = 1_000_000

    /// - Throws: `Failure` naming the line that is no prompt with responses.
    init(_ text: String, name: String) throws {
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where line.contains(where: { !$0.isWhitespace }) {
            try add(Array(line.utf8), place: "\(name), line \(number + 1)")
        }
        guard !pairs.isEmpty else {
            throw Failure(
                "\(name) has no two responses to one prompt",
                notes: ["a line is {\"prompt\": \"...\", \"responses\": [\"...\", \"...\"]}"])
        }
    }

    private mutating func add(_ line: [UInt8], place: String) throws {
        guard let value = try? JSONReader.parse(line), case .object(let members) = value,
            case .string(let prompt)? = members.first(where: { $0.key == "prompt" })?.value,
            case .array(let elements)? = members.first(where: { $0.key == "responses" })?.value
        else {
            throw Failure(
                "\(place) is no prompt with responses",
                notes: ["write {\"prompt\": \"...\", \"responses\": [\"...\", \"...\"]}, both texts"])
        }
        let first = responses.count
        var seen: Set<String> = []
        for element in elements {
            guard case .string(let text) = element else {
                throw Failure("\(place) has a response that is no text", notes: ["write it as a JSON string"])
            }
            // Alike responses cannot be compared.
            if seen.insert(text).inserted { responses.append((prompts.count, text)) }
        }
        prompts.append(prompt)
        let count = responses.count - first, made = count * (count - 1) / 2
        guard made <= Self.mostPairs - pairs.count else {
            throw Failure(
                made > Self.mostPairs
                    ? "\(place) makes \(made) pairs of its \(count) responses, and a file may make \(Self.mostPairs)"
                    : "\(place) makes \(made) pairs, and with the lines before it more than the \(Self.mostPairs) that a file "
                        + "may make",
                notes: [made > Self.mostPairs ? "give fewer responses to one prompt" : "give fewer lines at a time"])
        }
        for second in first..<responses.count {
            for earlier in first..<second { pairs.append((earlier, second)) }
        }
    }
}
