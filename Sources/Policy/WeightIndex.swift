internal import Foundation

/// Which file of a sharded model holds which tensor: model.safetensors.index.json.
struct WeightIndex {
    /// File names by tensor.
    let files: [String: String]

    init(_ data: Data, file: String) throws {
        let fields = try JSONValue.parseObject(data, file: file)
        guard case .object(let map) = fields["weight_map"] else {
            throw PolicyError(.malformed, "\(file) has no object weight_map. Download it again.")
        }
        files = try map.mapValues { value in
            guard case .string(let name) = value, Self.isPlain(name) else {
                throw PolicyError(
                    .malformed,
                    "\(file): weight_map names the file \(value). Only plain names that end in "
                        + ".safetensors, beside the index, are read; correct it or download it again.")
            }
            return name
        }
    }

    /// Refuses paths, so that an index cannot make us read outside its folder.
    ///
    /// By scalars: a slash with a combining mark after it is a character of its own, and still a slash to the system.
    private static func isPlain(_ name: String) -> Bool {
        name.hasSuffix(".safetensors") && name.unicodeScalars.first != "."
            && !name.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0 == "\0" }
    }
}
