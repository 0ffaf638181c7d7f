internal import Foundation
internal import JSONCoding

/// A model in a GGUF file, shown as a folder in Hugging Face layout would show it: files by name, tensors by the names
/// that they have there.
package final class GGUFModel: Sendable {
    /// Notes on what is read differently from what the file says.
    package let warnings: [String]
    let file: GGUFFile
    private let architecture: GGUFArchitecture
    private let configFields: [String: JSONValue]

    package var path: String { file.path }

    /// Maps the file and reads what it says of the model; neither weights nor tokenizer.
    ///
    /// - Throws: `PolicyError` naming the file, the key or tensor at fault and the remedy.
    init(path: String) throws {
        file = try GGUFFile(path: path)
        try Self.refuseParts(file.metadata)
        try Self.refuseOthers(file.metadata)
        architecture = try GGUFArchitecture(file.metadata)
        configFields = try GGUFConfiguration(file, architecture).fields()
        let names = GGUFPreTokenizer.isAssumed(file.metadata)
        warnings =
            names
            ? ["\(path) does not name its pre-tokenizer (tokenizer.ggml.pre); llama.cpp's default is taken."] : []
    }

    private static func refuseParts(_ metadata: GGUFMetadata) throws {
        guard let count = try metadata.count("split.count"), count > 1 else { return }
        let number = (try metadata.count("split.no") ?? 0).addingReportingOverflow(1).partialValue
        throw GGUFFailure.unsupported(
            metadata.file,
            "this is part \(number) of \(count) of a split model (split.count). Join the parts with `llama-gguf-split "
                + "--merge FIRST-PART WHOLE.gguf` and give the whole.")
    }

    private static func refuseOthers(_ metadata: GGUFMetadata) throws {
        guard let kind = try metadata.text("general.type"), kind != "model" else { return }
        throw GGUFFailure.unsupported(
            metadata.file,
            "this is no model but a file of the kind '\(kind)' (general.type). Adapters are read as PEFT's folders.")
    }

    /// The content of one of the folder's files; nil if it would have none of this name.
    func contents(of name: String) throws -> Data? {
        switch name {
        case "config.json": try JSONValue.object(configFields).rendered()
        case "generation_config.json":
            try JSONValue.object(GGUFConfiguration(file, architecture).generationFields()).rendered()
        case "tokenizer.json": Data(try GGUFTokenizer(file.metadata).tokenizer().bytes())
        case "tokenizer_config.json": Data(try GGUFTokenizer(file.metadata).configuration().bytes(pretty: true))
        default: nil
        }
    }
}

extension GGUFModel {
    /// The tensors of a configuration, by Hugging Face's names; others are left out.
    func tensors(of configuration: PolicyConfiguration) -> GGUFTensors {
        GGUFTensors(
            file: file,
            names: Dictionary(
                uniqueKeysWithValues: configuration.tensors.map {
                    ($0.name, architecture.place(of: $0.weight, configuration))
                }))
    }

    /// Tensors of the file that the configuration does not use, apart from tables that are known to be unused.
    func unused(by configuration: PolicyConfiguration) -> [String] {
        let used = Set(configuration.tensors.map { $0.weight.ggufName(configuration.normPlacement) })
            .union(GGUFRotary.tensorNames)
        return file.names.filter { !used.contains($0) && !$0.hasSuffix(".attn_rot_embd.weight") }.sorted()
    }
}

/// Tensors of a GGUF file under the names that Hugging Face's files have for them.
struct GGUFTensors: TensorFile {
    let file: GGUFFile
    let names: [String: GGUFPlace]

    var path: String { file.path }

    func tensor(named name: String) throws -> TensorView? {
        names[name].flatMap { file.tensor($0) }
    }
}
