import ArgumentParser
import Console
import JSONCoding
import Messages
import Trees
import Wire

struct Explore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Grow a tree of responses and show where its branches differ.",
        discussion: """
            Draws --width responses, continues each from --points of its steps with
            --continuations new endings, and so on for --depth levels.

            Examples:
              attnrl explore "What is 12 * 13?" --truth 156 --max-tokens 400 --seed 7
              attnrl explore --file problem.txt --reward task --depth 2 --budget 20000
              attnrl explore -f problem.txt --strategy token-entropy --save tree.json
              attnrl tree show tree.json

            With --truth or --reward task responses are judged, and a stretch of text is
            worth the mean of the responses below it. --max-tokens is of whole responses; by
            default they may have what --budget gives each.
            """)

    @OptionGroup var prompt: PromptArguments
    @OptionGroup var policy: PolicyArguments

    @Option(help: ArgumentHelp("Responses to draw from the prompt. (default: 6)", valueName: "count"))
    var width: Int32?

    @Option(help: ArgumentHelp("Branch points of each response. (default: 2)", valueName: "count"))
    var points: Int32?

    @Option(help: ArgumentHelp("Responses to draw from each branch point. (default: 2)", valueName: "count"))
    var continuations: Int32?

    @Option(
        help: ArgumentHelp(
            "Levels of branching: 2 branches the continuations as well. (default: 1)", valueName: "levels"))
    var depth: Int32?

    @Option(
        help: ArgumentHelp("Tokens that all responses together may draw. (default: 65536)", valueName: "count"))
    var budget: Int32?

    @OptionGroup(title: "Branch points") var branching: BranchingArguments
    @OptionGroup(title: "Judging") var verifier: VerifierArguments
    @OptionGroup(title: "Capture") var capture: CaptureArguments
    @OptionGroup(title: "Sampling") var sampling: SamplingArguments

    @Option(help: ArgumentHelp("Also write the tree to this file, as JSON.", valueName: "file"))
    var save: String?

    @OptionGroup(title: "Connection and output") var connection: ConnectionArguments
    @OptionGroup(title: "Connection and output") var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func run() async throws {
        let request = try request()
        var record = ExploreRecord()
        try await Connection.open(connection) { connection in
            var progress = ExploreProgress(out: Output.talk)
            defer { progress.clear() }
            for try await response in connection.stream(V1.AnalysisService.explore, request) {
                guard let event = response.event else { continue }
                record.add(event)
                if output.output == .jsonl { Output.data.line(event.json.compact) }
                if case .note(let note) = event { progress.say(note.text) }
                progress.show(record)
            }
        }
        guard let finished = record.finished else { throw Failure("the server's answer ended before the tree did") }
        if let save { try OutputFile.write(record.json.compact + "\n", to: save) }
        switch output.output {
        case .jsonl: break
        case .json: Output.data.line(record.json.pretty)
        case .table:
            let report = TreeReport(tree: try TreeFile.checked(TreeRecord(record.tree)), terminal: Output.data.terminal)
            for line in report.lines() { Output.data.line(line) }
        }
        Output.talk.line(Output.talk.terminal.style(.faint, Self.summary(record, finished)))
    }

    private func request() throws -> V1.ExploreRequest {
        var request = V1.ExploreRequest()
        request.policy = policy.policy
        request.prompt = try prompt.message()
        request.sampling = sampling.options
        request.branches = branching.options(count: points, seed: nil)
        request.capture = capture.options(stepMap: .noMap)
        request.width = width
        request.continuations = continuations
        request.depth = depth
        request.maxTokensTotal = budget
        request.verifier = verifier.message
        return request
    }

    private static func summary(_ record: ExploreRecord, _ finished: V1.ExploreFinished) -> String {
        let seed = record.started?.sampling?.seed.map { ", seed \($0)" } ?? ""
        return "\(Figures.count(finished.drawnTokens, "token")) drawn and "
            + "\(Figures.grouped(finished.computedTokens)) computed in \(Figures.seconds(finished.totalSeconds))\(seed)"
    }
}

/// The progress so far, on one line that is overwritten; silent if nobody is watching.
struct ExploreProgress {
    let out: Output.Stream
    private var isShown = false

    init(out: Output.Stream) { self.out = out }

    mutating func show(_ record: ExploreRecord) {
        guard out.terminal.isInteractive else { return }
        clear()
        out.write(out.terminal.style(.faint, Self.line(record)))
        isShown = true
    }

    /// Prints text that stays on the screen.
    mutating func say(_ text: String) {
        clear()
        out.line(out.terminal.style(.warning, "note:") + " " + SafeText.singleLine(text))
    }

    mutating func clear() {
        guard isShown else { return }
        out.write("\r\u{1B}[K")
        isShown = false
    }

    static func line(_ record: ExploreRecord) -> String {
        let rollouts = record.tree.rollouts
        let branches = rollouts.count { $0.fork != nil }
        var parts = [
            Figures.count(rollouts.count - branches, "response"), TreeReport.branches(branches),
            Figures.count(record.drawnTokens, "token"),
        ]
        if rollouts.contains(where: { $0.reward != nil }) {
            parts.append("\(rollouts.count { $0.verdict == .correct }) right")
        }
        return parts.joined(separator: ", ")
    }
}
