internal import Foundation

/// Which file of a sharded model holds which tensor: model.safetensors.index.json.
struct WeightIndex {
    /// File names by tensor.
    let files: [String: String]
    /// Tensors whose entries do not name a file in the index's folder, with those entries.
    let refused: [String: JSONValue]

    init(_ data: Data, file: String) throws {
        let fields = try JSONValue.parseObject(data, file: file)
        guard case .object(let map) = fields["weight_map"] else {
            throw PolicyError(.malformed, "\(file) has no object weight_map. Download it again.")
        }
        let files = map.compactMapValues { if case .string(let name) = $0, Self.isPlain(name) { name } else { nil } }
        self.files = files
        refused = map.filter { files[$0.key] == nil }
    }

    /// Refuses paths, so that an index cannot make us read outside its folder.
    ///
    /// Compares scalars: a slash followed by a combining mark is a different character, but still a slash to the
    /// system.
    private static func isPlain(_ name: String) -> Bool {
        name.hasSuffix(".safetensors") && name.unicodeScalars.first != "."
            && !name.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0 == "\0" }
    }
}
