import ArgumentParser
import Console
import Foundation
import JSONCoding
import Rollouts
import Tasks
import Tokenizing

struct DataTasks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "List the built-in tasks, their knobs and the settings that have names.",
        discussion: """
            Examples:
              attnrl data tasks
              attnrl data tasks --measure 2000 --tokenizer ./tokenizer
            """)

    @Option(
        help: ArgumentHelp(
            "Make this many held-out examples of each named setting and say what they are like.",
            valueName: "number"))
    var measure: Int?

    @Option(help: ArgumentHelp("Count tokens with the tokenizer of this folder.", valueName: "dir"))
    var tokenizer: String?

    @OptionGroup var output: OutputArguments
    @OptionGroup var common: CommonArguments

    func validate() throws {
        if let measure { try ArgumentCheck.require("--measure", measure, in: 1...10_000_000) }
        guard measure != nil || tokenizer == nil else { throw ValidationError("--tokenizer goes with --measure.") }
    }

    func run() throws {
        guard let measure else { return list() }
        let tokenizer = try self.tokenizer.map { try Tokenizer(at: $0) }
        let measures = try TaskSetting.named.map { name, text in
            try SettingMeasure(name: name, setting: TaskSetting(text), count: measure, tokenizer: tokenizer)
        }
        switch output.output {
        case .json: Output.data.line(JSONValue.array(measures.map(\.json)).pretty)
        case .jsonl: for measure in measures { Output.data.line(measure.json.compact) }
        case .table:
            for line in SettingMeasure.lines(measures, Output.data.terminal) { Output.data.line(line) }
        }
    }

    private func list() {
        switch output.output {
        case .json: Output.data.line(JSONValue.array(TaskKind.allCases.map(\.json)).pretty)
        case .jsonl: for kind in TaskKind.allCases { Output.data.line(kind.json.compact) }
        case .table: for line in Self.lines(Output.data.terminal) { Output.data.line(line) }
        }
    }

    private static func lines(_ terminal: Terminal) -> [String] {
        var lines: [String] = []
        for kind in TaskKind.allCases {
            lines.append(terminal.style(.heading, kind.rawValue) + ": " + kind.summary)
            var table = Table([.init(title: "  knob"), .init(title: "standard"), .init(title: "meaning, values")])
            for knob in TaskSetting.knobs(of: kind) {
                table.add(["  " + knob.name, knob.standard, "\(knob.meaning); \(knob.values)"])
            }
            lines += table.lines(terminal) + [""]
        }
        var table = Table([.init(title: "name"), .init(title: "stands for")])
        for (name, text) in TaskSetting.named { table.add([name, text]) }
        return lines + table.lines(terminal)
    }
}

extension TaskKind {
    fileprivate var json: JSONValue {
        let knobs = TaskSetting.knobs(of: self).map { knob in
            JSONValue.fields([
                "name": .string(knob.name), "standard": .string(knob.standard), "values": .string(knob.values),
                "meaning": .string(knob.meaning),
            ])
        }
        let named = TaskSetting.named.filter { $0.text.hasPrefix(rawValue + ":") }
        return .fields([
            "task": .string(rawValue), "summary": .string(summary), "knobs": .array(knobs),
            "settings": .object(named.map { .init(key: $0.name, value: .string($0.text)) }),
        ])
    }
}
