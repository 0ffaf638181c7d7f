public import Foundation

extension PolicyDirectory {
    /// Files besides configuration and weights that belong to a policy and are copied with it.
    static let companionFiles = [
        "generation_config.json", "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json",
        "merges.txt",
        "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "chat_template.json",
        "LICENSE", "README.md",
    ]

    /// Writes a copy of a policy's folder in another number format, or split differently.
    ///
    /// config.json keeps every field except the format's; tensors that the policy does not use are left out. If float16
    /// is requested, values beyond its range become infinite.
    ///
    /// - Parameter adapter: The folder of an adapter to merge into the weights.
    /// - Throws: `PolicyError` naming the path or tensor and the remedy. `target` is complete or absent afterwards.
    public static func export(
        from source: URL, to target: URL, format: TensorFormat, maximumShardBytes: Int? = nil, adapter: URL? = nil
    ) throws {
        let weights = try PolicyDirectory(source).weights()
        var exporter = try PolicyExporter(like: source)
        exporter.format = format
        exporter.maximumShardBytes = maximumShardBytes ?? exporter.maximumShardBytes
        let merging = try adapter.map {
            AdapterMerging(try AdapterDirectory($0, base: exporter.configuration), exporter.configuration)
        }
        try exporter.write(to: target) { tensor, range, buffer in
            let stored = try weights.tensor(tensor.weight)
            stored.copyFloats(from: range.lowerBound, to: buffer)
            try stored.checkIsWhole()
            try merging?.add(to: buffer, tensor, range)
        }
    }
}
