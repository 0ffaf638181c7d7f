import Foundation
import JSONCoding

@testable import ModelFiles
@testable import Tokenizing

/// The first byte says how many bytes of tensors follow the header, which is the rest. Tensors must lie side by side.
func fuzzSafetensors(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let bytes = Array(input.dropFirst())
    guard let header = try? SafetensorsHeader(bytes, dataCount: Int(first), file: "fuzz") else { return }
    var end = 0
    for entry in header.entries {
        precondition(entry.range.lowerBound == end)
        if let format = entry.format { precondition(entry.shape.reduce(format.byteCount, *) == entry.range.count) }
        end = entry.range.upperBound
    }
    precondition(end == Int(first))
    let json = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    precondition(
        json.map { json in header.entries.allSatisfy { json[$0.name] != nil } } == true, "accepted other than JSON")
}

/// A GGUF file, read as a model is: whatever is accepted must lie within the file, apart from each other, and be
/// readable to the last element.
func fuzzGGUF(_ input: [UInt8]) {
    guard let header = try? input.withUnsafeBytes({ try GGUFHeader($0, file: "fuzz") }) else { return }
    var end = 0
    for entry in header.entries.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
        precondition(entry.range.lowerBound >= end && entry.range.upperBound <= input.count, "\(entry)")
        let blocks = entry.shape.reduce(1, *) / entry.encoding.blockLength
        precondition(entry.range.count == blocks * entry.encoding.blockByteCount, "\(entry)")
        end = entry.range.upperBound
    }
    if let tokenizer = try? GGUFTokenizer(header.metadata).tokenizer().bytes() {
        _ = try? Tokenizer(json: tokenizer).encode("a b")
    }
    _ = try? GGUFTokenizer(header.metadata).configuration()
    readModel(input)
}

/// From a file, since models are mapped.
private func readModel(_ input: [UInt8]) {
    let url = URL(fileURLWithPath: "/dev/shm/attnrl-fuzz-\(getpid()).gguf")
    defer { unlink(url.path) }
    guard (try? Data(input).write(to: url)) != nil, let stored = try? PolicyDirectory(url),
        let weights = try? stored.weights()
    else { return }
    for tensor in stored.configuration.tensors { _ = try? weights.tensor(tensor.weight).floats() }
}

/// A configuration that is accepted must read back the same when it can be written.
func fuzzConfiguration(_ input: [UInt8]) {
    // The other file refuses nothing, whatever it holds.
    _ = GenerationFile(json: Data(input), vocabulary: 400)
    guard let configuration = try? PolicyConfiguration(config: Data(input)) else { return }
    guard let fields = try? configuration.configFields() else { return }
    guard let written = try? JSONValue.object(fields).rendered(), let again = try? PolicyConfiguration(config: written)
    else { fatalError("\(configuration) was written as \(fields), which cannot be read") }
    precondition(again == configuration, "\(configuration) was written as \(fields)")
}

/// Files of an index must lie beside it.
func fuzzIndex(_ input: [UInt8]) {
    guard let index = try? WeightIndex(Data(input), file: "fuzz") else { return }
    for file in index.files.values {
        precondition(!file.utf8.contains(UInt8(ascii: "/")) && !file.utf8.starts(with: ".".utf8), "\(file) is a path")
    }
}
