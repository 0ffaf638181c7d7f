import ArgumentParser
import Console
import JSONCoding
import Wire

struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Show a response's steps and which of them later steps look back at.",
        discussion: """
            Examples:
              attnrl trace "What is 12 * 13?" --max-tokens 400 --seed 7
              attnrl trace --file problem.txt --response answer.txt --map
              attnrl trace "2 + 2 =" --response " 4, since..." -o json > trace.json
              attnrl trace --chat "Why is the sky blue?" --map-of L3.H1 --map-of max
              attnrl trace --file problem.txt --html trace.html
              attnrl trace --file problem.txt --response answer.txt --hidden-states last -o json

            A bar is a step's influence: the attention that later steps pay to it. The head
            named looks back at it most.
            """)

    @OptionGroup var prompt: PromptArguments
    @OptionGroup var response: ResponseArguments
    @OptionGroup var policy: PolicyArguments
    @OptionGroup(title: "Capture") var capture: CaptureArguments

    @Flag(help: "Also draw the attention between steps.")
    var map = false

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Draw this map: mean, max, or one head as L12.H3. Can be given several times.", valueName: "map"))
    var mapOf: [MapChoice] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("With -o json, raw attention of one head: L12.H3:40-60.", valueName: "rows"))
    var rows: [RowsChoice] = []

    @OptionGroup(title: "Capture") var states: HiddenStateArguments

    @Option(help: ArgumentHelp("Lines of text to show of a step.", valueName: "count"))
    var lines = 3

    @Option(help: ArgumentHelp("Also write it as one HTML file to look at.", valueName: "file"))
    var html: String?

    @OptionGroup(title: "Sampling, where there is no --response") var sampling: SamplingArguments
    @OptionGroup(title: "Connection and output") var connection: ConnectionArguments
    @OptionGroup(title: "Connection and output") var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        guard lines >= 1 else { throw ValidationError("--lines is \(lines). Show at least 1.") }
        guard Set(mapOf.map(\.kind)).count <= 1 else {
            throw ValidationError("--map-of names maps of several kinds. Give mean, max, or heads, one kind at a time.")
        }
    }

    func run() async throws {
        var request = V1.TraceRequest()
        request.input = try response.input(prompt: prompt.message(), policy: policy.policy, sampling: sampling)
        request.capture = captureOptions
        request.detail = detail
        let finished = request
        try await Connection.open(connection) { connection in
            var record = TraceRecord()
            var parts: [JSONValue] = []
            for try await response in connection.stream(V1.AnalysisService.trace, finished) {
                guard let part = response.part else { continue }
                record.add(part)
                if html != nil { parts.append(response.jsonValue()) }
                if output.output == .jsonl { Output.data.line(part.json.compact) }
            }
            try show(record)
            if let html {
                try SavedView.write(
                    "response", .fields(["request": finished.jsonValue(), "parts": .array(parts)]), to: html)
            }
        }
    }

    private var wantsMap: Bool { map || !mapOf.isEmpty || output.output != .table || html != nil }

    private var captureOptions: V1.CaptureOptions {
        var options = capture.options(stepMap: wantsMap ? mapOf.first?.kind ?? .mean : .noMap)
        options.heads = mapOf.compactMap(\.head)
        options.rawRows = rows.map(\.message)
        options.hiddenStates = states.message
        return options
    }

    /// A program that asked for everything gets the token statistics too.
    private var detail: V1.TokenDetail {
        var detail = V1.TokenDetail()
        detail.logprobs = output.output != .table || html != nil
        detail.entropies = output.output != .table || html != nil
        if html != nil {
            detail.texts = true
            detail.topLogprobs = 5
        }
        return detail
    }

    private func show(_ record: TraceRecord) throws {
        guard let trace = record.trace else {
            throw Failure("the server sent no trace", notes: ["its log may say why"])
        }
        switch output.output {
        case .jsonl: break
        case .json: Output.data.line(record.json.pretty)
        case .table:
            let terminal = Output.data.terminal
            let report = TraceReport(trace: trace, terminal: terminal, linesPerStep: lines)
            for line in report.lines() { Output.data.line(line) }
            for map in record.stepMaps {
                Output.data.line()
                for line in StepMapReport(map: map, terminal: terminal).lines() { Output.data.line(line) }
            }
            if let states = record.hiddenStates {
                Output.data.line()
                for line in HiddenStateReport(states: states, terminal: terminal).lines() { Output.data.line(line) }
            }
        }
    }
}

/// A step map by name.
struct MapChoice: ExpressibleByArgument, Equatable, CustomStringConvertible {
    let kind: V1.StepMapKind
    let head: V1.LayerHead?

    init?(argument: String) {
        switch argument {
        case "mean": (kind, head) = (.mean, nil)
        case "max": (kind, head) = (.max, nil)
        default:
            guard let name = HeadName(argument: argument) else { return nil }
            (kind, head) = (.heads, name.message)
        }
    }

    var description: String { head?.text ?? kind.name }
}

/// Rows of one head's attention: `L12.H3:40-60`, excluding the second number.
struct RowsChoice: ExpressibleByArgument, Equatable {
    let message: V1.RawRowsSelection

    init?(argument: String) {
        let parts = argument.split(separator: ":")
        guard parts.count == 2, let head = HeadName(argument: String(parts[0])) else { return nil }
        let ends = parts[1].split(separator: "-").map { Int32($0) }
        guard ends.count == 2, let start = ends[0], let end = ends[1], 0 <= start, start < end else { return nil }
        var message = V1.RawRowsSelection()
        message.head = head.message
        message.queryStart = start
        message.queryEnd = end
        self.message = message
    }
}
