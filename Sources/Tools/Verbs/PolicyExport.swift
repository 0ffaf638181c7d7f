import ArgumentParser
import Console
import Foundation
import ModelFiles
import Policy

struct PolicyExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a copy of a model folder in another number format, or split differently.",
        discussion: """
            Works on folders; no server is asked.

            Example:
              attnrl policy export /models/qwen ./qwen-bf16 --format bf16 --shard-size 2GB
            """)

    @Argument(help: "A folder in Hugging Face layout.")
    var from: String

    @Argument(help: "The folder to write; it must not exist.")
    var to: String

    @Option(help: "What to store weights in.")
    var format = Format.bf16

    @Option(help: ArgumentHelp("The most a weight file may hold. (default: 5GB)", valueName: "bytes"))
    var shardSize: ByteCount?

    @OptionGroup var common: CommonArguments

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case bf16, f32

        var tensorFormat: TensorFormat { self == .bf16 ? .bfloat16 : .float32 }
    }

    func run() throws {
        try PolicyDirectory.export(
            from: URL(fileURLWithPath: from), to: URL(fileURLWithPath: to), format: format.tensorFormat,
            maximumShardBytes: shardSize?.bytes)
        Output.talk.line("wrote \(to) (\(Figures.bytes(WeightSize.bytes(in: to))) of weights, \(format.rawValue))")
    }
}
