import Basics
public import Foundation

/// An adapter on disk, in the layout of PEFT: a folder with adapter_config.json and adapter_model.safetensors.
public struct AdapterDirectory: Sendable {
    public let url: URL
    /// The folder or repository of the base, as adapter_config.json has it; empty if it does not say.
    public let baseName: String
    public let shape: AdapterShape
    /// Human-readable notes on what has no effect.
    public let warnings: [String]
    private let file: SafetensorsFile

    static let configurationFile = "adapter_config.json"
    static let weightFile = "adapter_model.safetensors"

    /// Whether a folder holds an adapter and no weights of a model. A copy of the base's config.json may lie beside it.
    public static func exists(at url: URL) -> Bool {
        func has(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: url.appendingPathComponent(name).path)
        }
        return has(configurationFile) && !(has("config.json") && FoundWeights.exist(in: url))
    }

    /// The folder or repository that an adapter's folder names as its base; empty if it does not say.
    public static func baseName(of url: URL) throws -> String {
        try AdapterConfiguration(
            try PolicyDirectory.contents(of: url.appendingPathComponent(configurationFile)),
            file: url.appendingPathComponent(configurationFile).path
        ).baseName
    }

    /// Reads the configuration, and checks that every matrix it asks for is there with the shape that the base needs.
    ///
    /// - Parameter configuration: The base's.
    /// - Throws: `PolicyError` naming the file, the field or tensor, and the remedy.
    public init(_ url: URL, base configuration: PolicyConfiguration) throws {
        self.url = url
        let path = url.appendingPathComponent(Self.configurationFile).path
        let stated = try AdapterConfiguration(
            try PolicyDirectory.contents(of: url.appendingPathComponent(Self.configurationFile)), file: path)
        if let obstacle = AdapterShape.obstacle(configuration) {
            throw PolicyError(.unsupported, "\(url.path): this base cannot have adapters: \(obstacle).")
        }
        file = try Self.open(url)
        let modules = try Self.modules(of: file, stated.selection, configuration)
        shape = AdapterShape(
            rank: stated.rank, alpha: stated.alpha, stabilisesRank: stated.stabilisesRank, modules: modules)
        (baseName, warnings) = (stated.baseName, stated.warnings)
        for tensor in shape.tensors(configuration) { _ = try self.tensor(tensor) }
    }

    /// A matrix of the adapter.
    public func tensor(_ tensor: AdapterTensor) throws -> TensorView {
        guard let view = try file.tensor(named: tensor.name) else {
            throw PolicyError(
                .missingTensor,
                "\(file.path) has no tensor '\(tensor.name)', and adapter_config.json asks for it. Download or save the "
                    + "adapter again.")
        }
        guard view.shape == tensor.shape else {
            throw PolicyError(
                .shapeMismatch,
                "\(file.path): tensor '\(tensor.name)' has shape \(view.shape), and rank \(shape.rank) on this base asks "
                    + "for \(tensor.shape). The adapter belongs to another base\(named), or its adapter_config.json to "
                    + "another adapter.")
        }
        return view
    }

    private var named: String { baseName.isEmpty ? "" : " (it names \(baseName))" }

    private static func open(_ url: URL) throws -> SafetensorsFile {
        let file = url.appendingPathComponent(weightFile)
        guard PolicyDirectory.isNamed(file) else {
            throw PolicyError(
                .notFound,
                "\(file.path) is missing. Save the adapter as safetensors (save_pretrained with safe_serialization).")
        }
        return try SafetensorsFile(path: file.path)
    }

    /// The modules that the file has tensors of, and those that the configuration says it has.
    private static func modules(
        of file: SafetensorsFile, _ selection: AdapterConfiguration.Selection, _ base: PolicyConfiguration
    ) throws -> [AdapterModule] {
        let all = (0..<base.layerCount).flatMap { layer in AdapterTarget.allCases.map { AdapterModule(layer, $0) } }
        var byName: [String: AdapterModule] = [:]
        for module in all {
            for factor in AdapterFactor.allCases {
                byName[AdapterTensor(module: module, factor: factor, shape: []).name] = module
            }
        }
        let strangers = file.names.filter { byName[$0] == nil }.sorted()
        guard strangers.isEmpty else {
            throw PolicyError(
                .unsupported,
                "\(file.path) has tensors that change something else than the projections of this base's "
                    + "\(base.layerCount) layers: \(strangers.listed). The adapter belongs to another base, or cannot be "
                    + "computed here; merge it into its base with PEFT (merge_and_unload).")
        }
        let stored = Set(file.names.compactMap { byName[$0] })
        let wanted = selection.names == nil ? stored : stored.union(all.filter(selection.contains))
        guard !wanted.isEmpty else {
            throw PolicyError(.missingTensor, "\(file.path) has no tensors. Download or save the adapter again.")
        }
        return wanted.sorted()
    }
}
