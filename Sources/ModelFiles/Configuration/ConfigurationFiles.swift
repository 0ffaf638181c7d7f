internal import Foundation

/// The combined content of a folder's config.json and generation_config.json.
struct ConfigurationFiles {
    let configuration: PolicyConfiguration
    let generationDefaults: GenerationDefaults
    /// Human-readable notes on unusable but unneeded values that were left out: file, field and value.
    let warnings: [String]

    /// - Throws: `PolicyError` naming the file and every field that the policy cannot be computed without.
    init(_ source: ModelSource) throws {
        try self.init(
            config: source.contents(of: "config.json"),
            generation: source.contentsIfPresent(of: "generation_config.json"),
            file: source.path(of: "config.json"), generationFile: source.path(of: "generation_config.json"))
    }

    /// Parses the files' contents; their names are for messages.
    init(config: Data, generation: Data?, file: String, generationFile: String) throws {
        var warnings: [String] = []
        var configuration = try PolicyConfiguration(config: config, file: file, warnings: &warnings)
        let generation = GenerationFile(
            json: generation, file: generationFile, vocabulary: configuration.vocabularySize)
        configuration.generationEndOfSequence = generation.endOfSequence ?? []
        self.configuration = configuration
        generationDefaults = generation.defaults
        self.warnings = warnings + generation.warnings
    }
}
