import ArgumentParser
import Console
import Foundation
import ModelFiles
import Policy

struct PolicyExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a copy of a model in another format, as a GGUF file, or with an adapter merged in.",
        discussion: """
            Works on folders and files; no server is asked. A target whose name ends in
            .gguf is one file with tokenizer and chat template, as llama.cpp reads it.

            Examples:
              attnrl policy export /models/qwen ./qwen-bf16 --format bf16 --shard-size 2GB
              attnrl policy export /models/qwen ./qwen.gguf --format q8_0
              attnrl policy export /models/qwen ./qwen-tuned --adapter ./adapter
            """)

    @Argument(help: "A folder in Hugging Face layout, a GGUF file, or ORG/NAME in Hugging Face's cache.")
    var from: String

    @Argument(help: "The folder to write, or NAME.gguf; it must not exist.")
    var to: String

    @Option(help: "What to store weights in; q8_0 in GGUF files only.")
    var format = ExportFormat.bf16

    @Option(help: ArgumentHelp("The most a weight file may hold; not for GGUF. (default: 5GB)", valueName: "bytes"))
    var shardSize: ByteCount?

    @Option(
        help: ArgumentHelp("Merge the adapter in this folder, as PEFT writes it, into the weights.", valueName: "dir"))
    var adapter: String?

    @OptionGroup var common: CommonArguments

    private var isGGUF: Bool { to.lowercased().hasSuffix(".gguf") }

    func validate() throws {
        guard isGGUF || format.folder != nil else {
            throw ValidationError(
                "--format \(format.rawValue) is for GGUF files. Give a target that ends in .gguf, or another format.")
        }
        guard !isGGUF || adapter == nil else {
            throw ValidationError("--adapter writes folders. Merge into one, and export that as a GGUF file.")
        }
        guard !isGGUF || shardSize == nil else { throw ValidationError("--shard-size does not go with GGUF files.") }
    }

    func run() throws {
        let (source, target) = (try ModelLocation.url(of: from), URL(fileURLWithPath: to))
        if !isGGUF, let format = format.folder {
            try PolicyDirectory.export(
                from: source, to: target, format: format.tensorFormat, maximumShardBytes: shardSize?.bytes,
                adapter: adapter.map { URL(fileURLWithPath: $0) })
        } else {
            try PolicyDirectory.exportGGUF(from: source, to: target, format: format.gguf)
        }
        WrittenModel.report(to, format: format)
    }
}

struct PolicyImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Write a model folder from a GGUF file.",
        discussion: """
            The folder is in Hugging Face layout, with tokenizer and chat template, and
            transformers reads it too. GGUF files can be served as they are.

            Example:
              attnrl policy import SmolLM2-135M-Instruct.Q4_1.gguf ./smollm2
            """)

    @Argument(help: "A GGUF file, or ORG/NAME/FILE.gguf in Hugging Face's cache.")
    var from: String

    @Argument(help: "The folder to write; it must not exist.")
    var to: String

    @Option(help: "What to store weights in; f32 alone keeps every value.")
    var format = FolderFormat.bf16

    @OptionGroup var common: CommonArguments

    func run() throws {
        let source = try ModelLocation.url(of: from)
        guard ModelSource.isGGUF(source) else {
            throw Failure("\(from) is not a GGUF file. `attnrl policy export` copies folders.")
        }
        try PolicyDirectory.export(from: source, to: URL(fileURLWithPath: to), format: format.tensorFormat)
        WrittenModel.report(to, format: format)
    }
}

/// What a folder's weights are stored in, as the commands say it.
enum FolderFormat: String, ExpressibleByArgument, CaseIterable {
    case bf16, f16, f32

    var tensorFormat: TensorFormat {
        switch self {
        case .bf16: .bfloat16
        case .f16: .float16
        case .f32: .float32
        }
    }
}

/// What weights of a folder or of a GGUF file are stored in.
enum ExportFormat: String, ExpressibleByArgument, CaseIterable {
    case bf16, f16, f32, q8_0

    var gguf: GGUFFormat {
        switch self {
        case .bf16: .bfloat16
        case .f16: .float16
        case .f32: .float32
        case .q8_0: .q8_0
        }
    }

    /// nil for what only GGUF files have.
    var folder: FolderFormat? { FolderFormat(rawValue: rawValue) }
}

private enum WrittenModel {
    static func report(_ path: String, format: some RawRepresentable<String>) {
        Output.talk.line("wrote \(path) (\(Figures.bytes(WeightSize.bytes(in: path))) of weights, \(format.rawValue))")
    }
}
