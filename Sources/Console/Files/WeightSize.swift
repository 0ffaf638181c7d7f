import Foundation

/// The size of the weights of a folder or a GGUF file.
package enum WeightSize {
    package static func bytes(in path: String) -> Int {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return size(of: path) }
        return names.filter { $0.hasSuffix(".safetensors") }.reduce(0) { $0 + size(of: path + "/" + $1) }
    }

    /// Of what a link leads to.
    private static func size(of file: String) -> Int {
        let path = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
        return (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
