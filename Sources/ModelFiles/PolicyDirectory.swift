public import Foundation

/// A policy on disk: a folder in Hugging Face layout, with config.json, generation_config.json, tokenizer files and
/// safetensors, or a GGUF file.
public struct PolicyDirectory: Sendable {
    public let url: URL
    public let configuration: PolicyConfiguration
    public let generationDefaults: GenerationDefaults
    /// Human-readable notes on unusable but unneeded values in the configuration files.
    public let warnings: [String]
    package let source: ModelSource

    /// Reads the configuration; weights are read by `weights()`.
    ///
    /// - Throws: `PolicyError` naming the file and the remedy.
    public init(_ url: URL) throws {
        self.url = url
        source = try ModelSource(url)
        let files = try ConfigurationFiles(source)
        configuration = files.configuration
        generationDefaults = files.generationDefaults
        warnings = files.warnings + source.warnings
    }

    /// Whether the policy is read from a GGUF file.
    package var isGGUF: Bool { if case .gguf = source { true } else { false } }

    /// Maps the weight files and checks that they hold what the configuration needs.
    public func weights() throws -> WeightFiles {
        try WeightFiles(source, configuration: configuration)
    }

    static func contents(of file: URL) throws -> Data {
        guard let data = try contentsIfPresent(of: file) else {
            throw PolicyError(.notFound, "\(file.path) is missing. \(remedy(for: file))")
        }
        return data
    }

    private static func remedy(for file: URL) -> String {
        if file.lastPathComponent == AdapterDirectory.configurationFile {
            return "Give the folder of an adapter as PEFT writes it."
        }
        return AdapterDirectory.exists(at: file.deletingLastPathComponent())
            ? "This is an adapter: serve its base, and load it with `attnrl policy load`, or merge it with `attnrl policy "
                + "export BASE TO --adapter ADAPTER`."
            : "Give the folder of a complete model in Hugging Face layout."
    }

    static func contentsIfPresent(of file: URL) throws -> Data? {
        guard isNamed(file) else { return nil }
        return try MappedFile.contents(file.path)
    }

    /// Whether the folder has an entry of this name, even a link whose target is gone: opening that says so.
    static func isNamed(_ file: URL) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: file.path)) != nil
    }
}
