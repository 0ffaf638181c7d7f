import Foundation
package import ModelFiles
package import Tokenizing

extension Tokenizer {
    /// The tokenizer of a model on disk: of its folder, or of its GGUF file.
    package convenience init(_ stored: PolicyDirectory) throws {
        guard case .gguf = stored.source else {
            try self.init(directory: stored.url)
            return
        }
        func file(_ name: String) throws -> (text: [UInt8], path: String) {
            ([UInt8](try stored.source.contents(of: name)), stored.source.path(of: name))
        }
        let (tokenizer, configuration) = (try file("tokenizer.json"), try file("tokenizer_config.json"))
        try self.init(
            json: tokenizer.text,
            configuration: try TokenizerConfiguration(json: configuration.text, file: configuration.path),
            file: tokenizer.path)
    }

    /// The tokenizer of a folder, which need not have a model, of a GGUF file, or of a repository in Hugging Face's
    /// cache.
    package convenience init(at text: String) throws {
        let url = try ModelLocation.url(of: text)
        if ModelSource.isGGUF(url) {
            try self.init(try PolicyDirectory(url))
        } else {
            try self.init(directory: url)
        }
    }
}
