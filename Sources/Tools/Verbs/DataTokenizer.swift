import ArgumentParser
import Basics
import Console
import Foundation
import Tasks
import Tokenizing

struct DataTokenizer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer",
        abstract: "Learn a tokenizer from tasks or data files.",
        discussion: """
            Writes tokenizer.json and tokenizer_config.json: a token for each byte, tokens
            for what a task is written with (numbers, names, the blank line), pairs learned
            from the texts, <eos> and <pad>. The same texts give the same files.

            Examples:
              attnrl data tokenizer --task graph-long -o ./tokenizer
              attnrl data tokenizer --task chain-long+graph-long --size 1024 -o ./tokenizer
              attnrl data tokenizer --data train.jsonl --numbers 23 --token '\\n' -o ./tok
            """)

    @Option(help: ArgumentHelp("Learn from examples of this task or mixture.", valueName: "task"))
    var task: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Learn from this file of JSON lines. Can be given several times.", valueName: "file"))
    var data: [String] = []

    @Option(help: ArgumentHelp("The most tokens there may be.", valueName: "number"))
    var size = 512

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Make this text one token; \\n is a line break. Can be given several times.", valueName: "text"))
    var token: [String] = []

    @Option(help: ArgumentHelp("Make 0 and the whole numbers below this one token each.", valueName: "number"))
    var numbers = 0

    @Option(help: ArgumentHelp("How many examples of the task to learn from.", valueName: "number"))
    var samples = 2000

    @Option(help: ArgumentHelp("Seed of those examples.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("The longest sequence of the model it is for, in tokens.", valueName: "tokens"))
    var context: Int?

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp("The folder to write; it must have no tokenizer yet.", valueName: "dir"))
    var to: String

    @OptionGroup var common: CommonArguments

    func validate() throws {
        guard task != nil || !data.isEmpty else {
            throw ValidationError("There is nothing to learn from. Give --task or --data.")
        }
        if let task { _ = try TaskMixture(argument: task) }
        try ArgumentCheck.require("--size", size, in: TrainedTokenizer.minimumSize...1_000_000)
        try ArgumentCheck.require("--numbers", numbers, in: 0...10_000)
        try ArgumentCheck.require("--samples", samples, in: 1...10_000_000)
        if let context { try ArgumentCheck.require("--context", context, in: 1...100_000_000) }
    }

    func run() throws {
        guard !FileManager.default.fileExists(atPath: to + "/tokenizer.json") else {
            throw Failure("\(to) has a tokenizer.json already. Give another folder, or remove it.")
        }
        let mixture = try task.map { try TaskMixture($0) }
        var texts = try mixture.map { try Self.texts(Dataset.tasks($0, seed: seed, split: .train), samples) } ?? []
        for path in data {
            let file = try RecordFile(path: path, needing: .prompt, .streams)
            texts += try Self.texts(.file(file), file.count)
        }
        let forced = (mixture?.vocabulary ?? ["\n\n"]) + (0..<numbers).map { String($0) } + token.map(Self.unescaped)
        let tokenizer = try TrainedTokenizer(size: size, forced: forced, texts: texts)
        try FileManager.default.createDirectory(atPath: to, withIntermediateDirectories: true)
        try OutputFile.write(tokenizer.configurationJSON(contextLength: context), to: to + "/tokenizer_config.json")
        // Last: a folder with this file counts as having a tokenizer.
        try OutputFile.write(tokenizer.tokenizerJSON(), to: to + "/tokenizer.json")
        let parts = [
            "256 bytes", Figures.count(tokenizer.forcedCount, "forced text"),
            Figures.count(tokenizer.mergeCount, "merge"),
        ]
        let count = Figures.count(tokenizer.size, "token")
        Output.talk.line("wrote \(to) (\(count): \(parts.joined(separator: ", ")))")
    }

    /// Prompts and responses of records; the answers if there is no response.
    private static func texts(_ dataset: Dataset, _ count: Int) throws -> [String] {
        try (0..<count).flatMap { index -> [String] in
            let record = try dataset.record(at: index)
            let prompt =
                switch record.prompt {
                case .text(let text): [text]
                case .messages(let messages): messages.map(\.content)
                }
            return prompt + (record.response.map { [$0] } ?? record.answers)
        }
    }

    private static func unescaped(_ text: String) -> String {
        text.replacingOccurrences(of: "\\n", with: "\n")
    }
}
