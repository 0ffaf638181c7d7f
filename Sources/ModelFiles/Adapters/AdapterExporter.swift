internal import Basics
public import Foundation

/// Writes an adapter's folder in the layout of PEFT, which PEFT loads directly.
public struct AdapterExporter: Sendable {
    /// Writes all elements of a matrix into a buffer of that many floats.
    public typealias Source = (_ tensor: AdapterTensor, _ buffer: UnsafeMutableBufferPointer<Float>) throws -> Void

    private let shape: AdapterShape
    private let configuration: PolicyConfiguration
    private let baseName: String

    /// - Parameters:
    ///   - configuration: The base's.
    ///   - baseName: The folder or repository of the base.
    public init(_ shape: AdapterShape, of configuration: PolicyConfiguration, baseName: String) {
        self.shape = shape
        self.configuration = configuration
        self.baseName = baseName
    }

    /// Writes the folder, which must not exist yet or must be empty, with the numbers in float32.
    ///
    /// - Throws: `PolicyError` naming the path and the remedy, and whatever the source throws. Nothing is left behind.
    public func write(to folder: URL, source: Source) throws {
        try OutputFolder.create(folder) { partial in
            try OutputFile.create(
                try JSONValue.object(fields).rendered(),
                at: partial.appendingPathComponent(AdapterDirectory.configurationFile).path)
            try writeTensors(to: partial.appendingPathComponent(AdapterDirectory.weightFile).path, source)
        }
    }

    private func writeTensors(to path: String, _ source: Source) throws {
        let tensors = shape.tensors(configuration)
        let writer = try SafetensorsWriter(
            path: path, tensors: tensors.map { .init(name: $0.name, format: .float32, shape: $0.shape) })
        for tensor in tensors {
            try withUnsafeTemporaryAllocation(of: Float.self, capacity: tensor.elementCount) { buffer in
                buffer.initialize(repeating: 0)
                try source(tensor, buffer)
                try TensorFormat.float32.check(UnsafeBufferPointer(buffer), of: tensor.name)
                try writer.append(UnsafeRawBufferPointer(buffer))
            }
        }
        try writer.finish()
    }

    /// adapter_config.json.
    private var fields: [String: JSONValue] {
        [
            "peft_type": .string("LORA"), "task_type": .string("CAUSAL_LM"),
            "base_model_name_or_path": .string(baseName), "inference_mode": .bool(true),
            "r": .integer(shape.rank),
            "lora_alpha": Int(exactly: shape.alpha).map { .integer($0) } ?? .number(shape.alpha),
            "use_rslora": .bool(shape.stabilisesRank), "target_modules": .array(targetModules.map { .string($0) }),
            "lora_dropout": .number(0), "bias": .string("none"), "lora_bias": .bool(false), "use_dora": .bool(false),
            "fan_in_fan_out": .bool(false), "init_lora_weights": .bool(true), "modules_to_save": .null,
            "rank_pattern": .object([:]), "alpha_pattern": .object([:]),
        ]
    }

    /// Names of projections where all layers have them, else of each module.
    private var targetModules: [String] {
        let targets = shape.targets
        return shape.modules.count == targets.count * configuration.layerCount
            ? targets.map(\.rawValue) : shape.modules.map(\.name)
    }
}
