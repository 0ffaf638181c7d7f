public import ArgumentParser
import Console
import Foundation
import ModelFiles
import ModelMaking
import Policy
import Tokenizing

struct PolicyInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a model folder with random weights.",
        discussion: """
            What it writes is noise until it is trained; it serves to try things out. The
            same seed makes the same folder.

            Examples:
              attnrl policy init ./tiny
              attnrl policy init ./mini --size mini --family qwen3 --seed 7
              attnrl policy init ./half --size half --tokenizer /models/qwen2.5-0.5b
            """)

    @Argument(help: ArgumentHelp("The folder to write; it must not exist.", valueName: "dir"))
    var directory: String

    @Option(help: "How large: tiny 0.2M, compact 0.9M, mini 4.6M, small 24M, half 0.5B parameters.")
    var size = PolicySize.tiny

    @Option(help: "Which architecture.")
    var family = PolicyConfiguration.Family.qwen2

    @Option(help: ArgumentHelp("Seed of the weights.", valueName: "number"))
    var seed: UInt64 = 0

    @Option(
        help: ArgumentHelp(
            "Take the tokenizer of this model folder; the embedding grows to its size. (default: one token for each byte)",
            valueName: "dir"))
    var tokenizer: String?

    @Flag(
        help: "Begin near induction heads, with which looking things up is learnt much sooner."
    )
    var induction = false

    @OptionGroup var common: CommonArguments

    func run() throws {
        try PolicyInitializer.write(
            size: size, family: family, seed: seed, induction: induction, to: URL(fileURLWithPath: directory),
            tokenizerFiles: try tokenizer.map(Self.files) ?? Self.byteTokenizer(for: size, family: family))
        let bytes = Figures.bytes(WeightSize.bytes(in: directory))
        let tokens = try PolicyDirectory(URL(fileURLWithPath: directory)).configuration.vocabularySize
        Output.talk.line(
            "wrote \(directory) (\(size.rawValue) \(family.rawValue), vocabulary \(Figures.grouped(tokens)), "
                + "\(bytes) of random weights)")
    }

    /// The files of a tokenizer with one token per byte.
    static func byteTokenizer(for size: PolicySize, family: PolicyConfiguration.Family) -> [String: Data] {
        let context = size.configuration(family: family).contextLength
        return [
            "tokenizer.json": Data(ByteTokenizerFiles.tokenizerJSON().utf8),
            "tokenizer_config.json": Data(ByteTokenizerFiles.configurationJSON(contextLength: context).utf8),
        ]
    }

    private static let tokenizerFileNames = [
        "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "special_tokens_map.json", "vocab.json",
        "merges.txt", "added_tokens.json", "tokenizer.model",
    ]

    private static func files(of folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        let place = try ModelLocation.url(of: folder)
        let folder = place.path
        if ModelSource.isGGUF(place) {
            let source = try ModelSource(place)
            for name in tokenizerFileNames { files[name] = try source.contentsIfPresent(of: name) }
            return files
        }
        for name in tokenizerFileNames {
            files[name] = try InputFile.bytesIfPresent(of: folder + "/" + name).map { Data($0) }
        }
        guard files["tokenizer.json"] != nil else {
            throw Failure("\(folder) has no tokenizer.json. Give --tokenizer a model folder in Hugging Face layout.")
        }
        return files
    }
}

extension PolicySize: ExpressibleByArgument {}
extension PolicyConfiguration.Family: ExpressibleByArgument {}
