import Foundation
import ModelFiles
import TestSupport

/// Folders of fixtures, one for each family and named as it is.
let families = [
    "qwen2", "qwen3", "llama", "mistral", "smollm3", "olmo2", "phi3", "gemma3_text", "qwen3_moe",
]

/// Copies a fixture's files other than its weights, with fields of config.json changed.
func copyConfiguration(_ fixture: String, to folder: URL, changing changes: [String: Any] = [:]) throws {
    let source = Fixtures.url(fixture)
    for name in ["generation_config.json", "tokenizer.json", "tokenizer_config.json"] {
        try FileManager.default.copyItem(
            at: source.appendingPathComponent(name), to: folder.appendingPathComponent(name))
    }
    let config = try Data(contentsOf: source.appendingPathComponent("config.json"))
    var fields = try JSONSerialization.jsonObject(with: config) as? [String: Any] ?? [:]
    fields.merge(changes) { $1 }
    try JSONSerialization.data(withJSONObject: fields).write(to: folder.appendingPathComponent("config.json"))
}

/// Writes a fixture's weights anew, under other names or, where the name is nil, not at all.
///
/// Names in `extra` get one float.
func copyWeights(
    _ fixture: String, to file: URL, extra: [String] = [], renaming: (String) -> String? = { $0 }
) throws {
    let source = try SafetensorsFile(path: Fixtures.url("\(fixture)/model.safetensors").path)
    let kept = source.names.compactMap { source.stored($0) }.filter { renaming($0.name) != nil }
    var tensors = kept.map {
        SafetensorsWriter.Tensor(name: renaming($0.name) ?? "", format: $0.format, shape: $0.shape)
    }
    tensors += extra.map { SafetensorsWriter.Tensor(name: $0, format: .float32, shape: [1]) }
    let writer = try SafetensorsWriter(path: file.path, tensors: tensors)
    for tensor in kept { try writer.append(tensor.bytes) }
    for _ in extra { try withUnsafeBytes(of: Float(1)) { try writer.append($0) } }
    try writer.finish()
}

/// Names, formats, shapes and bytes of every weight of a policy's folder.
func contents(of folder: URL) throws -> [String: [Float]] {
    let directory = try PolicyDirectory(folder)
    let weights = try directory.weights()
    return try Dictionary(
        uniqueKeysWithValues: directory.configuration.tensors.map {
            ($0.name, try weights.tensor($0.weight).floats())
        })
}
