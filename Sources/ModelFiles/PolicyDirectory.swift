public import Foundation

/// A folder with a policy in Hugging Face layout: config.json, generation_config.json, tokenizer files and safetensors.
public struct PolicyDirectory: Sendable {
    public let url: URL
    public let configuration: PolicyConfiguration
    public let generationDefaults: GenerationDefaults
    /// Human-readable notes on unusable but unneeded values in the configuration files.
    public let warnings: [String]

    /// Reads the configuration; weights are read by `weights()`.
    ///
    /// - Throws: `PolicyError` naming the file and the remedy.
    public init(_ url: URL) throws {
        try Self.checkIsFolder(url)
        self.url = url
        let files = try ConfigurationFiles(directory: url)
        configuration = files.configuration
        generationDefaults = files.generationDefaults
        warnings = files.warnings
    }

    /// Maps the weight files and checks that they hold what the configuration needs.
    public func weights() throws -> WeightFiles {
        try WeightFiles(directory: url, configuration: configuration)
    }

    private static func checkIsFolder(_ url: URL) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
            throw PolicyError(.notFound, "There is no folder \(url.path). Give the folder that holds config.json.")
        }
        guard isFolder.boolValue else {
            throw PolicyError(.notFound, "\(url.path) is a file. Give the folder that holds config.json.")
        }
    }

    static func contents(of file: URL) throws -> Data {
        guard let data = try contentsIfPresent(of: file) else {
            throw PolicyError(
                .notFound, "\(file.path) is missing. Give the folder of a complete model in Hugging Face layout.")
        }
        return data
    }

    static func contentsIfPresent(of file: URL) throws -> Data? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return try MappedFile.contents(file.path)
    }
}
