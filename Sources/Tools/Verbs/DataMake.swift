import ArgumentParser
import Console
import Foundation
import JSONCoding
import Tasks

struct DataMake: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Write examples of built-in tasks as JSON lines.",
        discussion: """
            The same task, split, seed and numbers give the same lines. No prompt of one
            split is ever made for the other.

            Examples:
              attnrl data make graph-long --count 500 --split held-out -o test.jsonl
              attnrl data make 0.7*graph-small+0.3*graph-long --count 100000 -o train.jsonl
              attnrl data make countdown:numbers=4,all=true --count 3
            """)

    @Argument(help: "A task, a named setting, or a mixture of them; `attnrl data tasks` lists them.")
    var task: String

    @Option(help: ArgumentHelp("How many examples.", valueName: "number"))
    var count = 1000

    @Option(help: ArgumentHelp("The number of the first one, to go on with an earlier run.", valueName: "number"))
    var first = 0

    @Option(help: "For training, or for measuring.")
    var split = DataSplit.train

    @Option(help: ArgumentHelp("Seed of the examples.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(help: "Members of each line: prompt, answer, response; or those of verl's data.")
    var shape = RecordShape.plain

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The file to write. (default: standard output)", valueName: "file"))
    var to: String?

    @OptionGroup var common: CommonArguments

    func validate() throws {
        _ = try TaskMixture(argument: task)
        try ArgumentCheck.require("--count", count, in: 1...1_000_000_000)
        try ArgumentCheck.require("--first", first, in: 0...1_000_000_000)
    }

    func run() throws {
        let mixture = try TaskMixture(task)
        let file = try to.map { try OutputFile($0) }
        let start = ContinuousClock.now
        for index in first..<first + count {
            let (example, setting) = try mixture.example(at: index, seed: seed, split: split)
            let line = shape.line(example, setting, index: index, seed: seed, split: split).compact
            if let file { try file.line(line) } else { Output.data.line(line) }
        }
        try file?.finish()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        Output.talk.line(
            "\(Figures.count(count, "\(split.rawValue) example")) of \(mixture), seed \(seed), "
                + "in \(Figures.seconds(seconds))")
    }
}

/// The format of a line of data.
enum RecordShape: String, ExpressibleByArgument, CaseIterable {
    case plain, verl

    func line(_ example: TaskExample, _ setting: TaskSetting, index: Int, seed: UInt64, split: DataSplit) -> JSONValue {
        let origin = JSONValue.fields([
            "setting": .string("\(setting)"), "split": .string(split.rawValue), "seed": .whole(seed),
            "index": .whole(index),
        ])
        let source = JSONValue.string(setting.kind.rawValue)
        switch self {
        case .plain:
            return .fields([
                "prompt": .string(example.prompt), "answer": .string(example.answer),
                "response": .string(example.response), "data_source": source, "extra_info": origin,
            ])
        case .verl:
            let message = JSONValue.fields(["role": .string("user"), "content": .string(example.prompt)])
            return .fields([
                "data_source": source, "prompt": .array([message]), "ability": .string("reasoning"),
                "reward_model": .fields(["style": .string("rule"), "ground_truth": .string(example.answer)]),
                "response": .string(example.response), "extra_info": origin,
            ])
        }
    }
}
