internal import Foundation

/// Where a folder has the needed tensors: in model.safetensors, or in the files named by model.safetensors.index.json.
///
/// If both exist, one of them may be left over from before; the first that has every tensor is used. Of an index's
/// files, only those with needed tensors are opened.
struct FoundWeights {
    private(set) var filesByTensor: [String: SafetensorsFile] = [:]
    private(set) var warnings: [String] = []
    private let directory: URL
    /// The possible names of each needed tensor; the first is the proper one.
    private let needed: [[String]]

    private static let singleName = "model.safetensors"
    private static let indexName = "model.safetensors.index.json"

    /// Whether a folder has files of a model's weights, readable or not.
    static func exist(in directory: URL) -> Bool { !present(in: directory).isEmpty }

    private static func present(in directory: URL) -> [String] {
        [singleName, indexName].filter { PolicyDirectory.isNamed(directory.appendingPathComponent($0)) }
    }

    /// - Parameter needed: The possible names of each needed tensor.
    /// - Throws: `PolicyError` naming the file or all missing tensors, and the remedy.
    init(in directory: URL, needed: [[String]]) throws {
        self.directory = directory
        self.needed = needed
        let names = Self.present(in: directory)
        guard !names.isEmpty else { throw Self.noWeights(directory) }
        var failures: [any Error] = []
        for name in names {
            do {
                try name == Self.singleName ? readSingle() : readIndex()
                warnings += failures.map { "\(Self.message($0)) It is not used: \(name) is complete." }
                return
            } catch {
                failures.append(error)
            }
        }
        throw failures[0]
    }

    private static func exists(_ name: String, in directory: URL) -> Bool {
        FileManager.default.fileExists(atPath: directory.appendingPathComponent(name).path)
    }

    private static func message(_ error: any Error) -> String { (error as? PolicyError)?.message ?? "\(error)" }

    private mutating func readSingle() throws {
        filesByTensor = [:]
        add(try open(Self.singleName))
        try checkPresence(WeightIndex?.none)
    }

    // MARK: An index and its files

    private mutating func readIndex() throws {
        let file = directory.appendingPathComponent(Self.indexName)
        let index = try WeightIndex(PolicyDirectory.contents(of: file), file: file.path)
        try refuseStrangers(index, file: file.path)
        filesByTensor = [:]
        let names = Set(needed.joined().compactMap { index.files[$0] })
        let missing = names.filter { !Self.exists($0, in: directory) }.sorted()
        // Sorted, so that if several files have a tensor, the same one is used every time.
        for name in names.subtracting(missing).sorted() { add(try open(name)) }
        prefer(index)
        let others = Set(index.files.values).subtracting(names)
        if lacksSome { addOthers(others) }
        guard !lacksSome || missing.isEmpty else {
            throw PolicyError(
                .notFound,
                "\(directory.path) lacks \(missing.listed), which \(Self.indexName) names. Download the missing files.")
        }
        try checkPresence(index)
        warn(of: index, files: names.union(others))
    }

    /// Refuses a needed tensor that the index places outside the folder.
    private func refuseStrangers(_ index: WeightIndex, file: String) throws {
        guard let value = needed.joined().lazy.compactMap({ index.refused[$0] }).first else { return }
        throw PolicyError(
            .malformed,
            "\(file): weight_map names the file \(value). Only plain names that end in .safetensors, beside the index, are "
                + "read; correct it or download it again.")
    }

    /// Uses the file named in the index if several have a tensor.
    private mutating func prefer(_ index: WeightIndex) {
        let opened = Dictionary(
            filesByTensor.values.map { (URL(fileURLWithPath: $0.path).lastPathComponent, $0) },
            uniquingKeysWith: { $1 })
        for name in filesByTensor.keys {
            guard let file = index.files[name].flatMap({ opened[$0] }), file.contains(name) else { continue }
            filesByTensor[name] = file
        }
    }

    /// Looks for missing tensors in files that should not have them; unreadable files are skipped.
    private mutating func addOthers(_ names: Set<String>) {
        for name in names.sorted() where Self.exists(name, in: directory) {
            if let file = try? open(name) { add(file) }
        }
    }

    /// Warns of whatever the index promises that is neither needed nor present.
    private mutating func warn(of index: WeightIndex, files: Set<String>) {
        let known = Set(needed.joined()).union([WeightName.output.huggingFaceName])
        let missing = files.filter { !Self.exists($0, in: directory) }.sorted()
        if !missing.isEmpty {
            warnings.append("\(Self.indexName) names \(missing.listed), which is not there and not needed.")
        }
        let opened = Set(filesByTensor.values.map { URL(fileURLWithPath: $0.path).lastPathComponent })
        let absent = index.files.filter { opened.contains($0.value) && filesByTensor[$0.key] == nil }.keys
        let idle = absent.filter { !known.contains($0) }.sorted()
        if !idle.isEmpty {
            warnings.append(
                "\(Self.indexName) lists tensors that the files do not have and nothing needs: \(idle.listed)")
        }
        let odd = index.refused.keys.sorted()
        if !odd.isEmpty { warnings.append("\(Self.indexName) names no file beside it for \(odd.listed)") }
    }

    // MARK: Files and tensors

    private func open(_ name: String) throws -> SafetensorsFile {
        try SafetensorsFile(path: directory.appendingPathComponent(name).path)
    }

    private mutating func add(_ file: SafetensorsFile) {
        for name in file.names where filesByTensor[name] == nil { filesByTensor[name] = file }
    }

    private func isThere(_ spellings: [String]) -> Bool { spellings.contains { filesByTensor[$0] != nil } }

    private var lacksSome: Bool { !needed.allSatisfy(isThere) }

    private func checkPresence(_ index: WeightIndex?) throws {
        let missing = needed.filter { !isThere($0) }
        guard let first = missing.first else { return }
        if let index { try explain(first, count: missing.count, index) }
        let isHeadless = missing.count == 1 && first.contains(WeightName.output.huggingFaceName)
        throw PolicyError(
            .missingTensor,
            "\(directory.path) lacks \(missing.map { $0[0] }.listed). "
                + (isHeadless
                    ? "If the output projection is the embedding table, set tie_word_embeddings to true in config.json."
                    : "Download the complete model again, or check that config.json belongs to these weights."))
    }

    /// Throws if the index says where a missing tensor should be.
    private func explain(_ spellings: [String], count: Int, _ index: WeightIndex) throws {
        let path = directory.appendingPathComponent(Self.indexName).path
        for name in spellings {
            guard let shard = index.files[name] else { continue }
            throw PolicyError(
                .missingTensor,
                "\(path) says that \(shard) holds '\(name)', and it does not"
                    + (count > 1 ? "; \(count) tensors are missing" : "") + ". Download both again.")
        }
    }

    private static func noWeights(_ directory: URL) -> PolicyError {
        let pickled = ["pytorch_model.bin", "pytorch_model.bin.index.json"].contains { exists($0, in: directory) }
        return PolicyError(
            .notFound,
            "\(directory.path) has neither model.safetensors nor model.safetensors.index.json. "
                + (pickled
                    ? "Its weights are in PyTorch's pickle format; convert them to safetensors with transformers."
                    : "Give the folder of a complete model."))
    }
}

extension [String] {
    /// The first few, for a message.
    var listed: String {
        count <= 8 ? joined(separator: ", ") : "\(prefix(8).joined(separator: ", ")) and \(count - 8) more"
    }
}
