public import Basics
public import Compute
public import ModelFiles

/// This machine's processors: a team of threads running the kernels of `CKernels`.
public struct CPUBackend: Backend {
    let team: ThreadTeam

    /// - Parameter priority: The priority of the threads the team starts; the calling thread keeps its own.
    public init(threads: Int, priority: ThreadPriority = .normal) {
        team = ThreadTeam(count: threads, priority: priority)
    }

    public var threadCount: Int { team.count }

    public func beside(threads: Int, priority: ThreadPriority) -> any Backend {
        CPUBackend(threads: threads, priority: priority)
    }

    public func precision(storedIn16Bits: Bool) -> Precision { .automatic(storedIn16Bits: storedIn16Bits) }

    public func bytesPerToken(_ configuration: PolicyConfiguration, _ precision: Precision) -> Int {
        CPUKeyValueMemory.bytesPerToken(configuration: configuration, precision: precision)
    }

    public func weights(
        _ files: WeightFiles, _ configuration: PolicyConfiguration, _ format: WeightFormat
    ) throws -> any PolicyWeights {
        try CPUWeights(files: files, configuration: configuration, format: format, team: team)
    }

    public func weights(
        _ adapter: AdapterDirectory, on base: any PolicyWeights, _ precision: Precision
    ) throws -> any PolicyWeights {
        let parameters = try CPUAdapterParameters(adapter.shape, base.configuration)
        try parameters.read(adapter)
        return try parameters.packed(on: base, precision, isTrained: false)
    }

    public func keyValueMemory(
        _ configuration: PolicyConfiguration, _ precision: Precision, blocks: Int
    ) throws(MemoryError) -> any KeyValueMemory {
        try CPUKeyValueMemory(configuration: configuration, precision: precision, blocks: blocks)
    }

    public func forwardPass(
        _ configuration: PolicyConfiguration, _ precision: Precision, maxRows: Int, longest: Int
    ) throws(MemoryError) -> any ForwardPass {
        try CPUForwardPass(
            configuration: configuration, precision: precision, team: team, maxRows: maxRows, longest: longest)
    }

    public func parameters(
        _ files: WeightFiles, _ configuration: PolicyConfiguration
    ) throws -> any PolicyParameters {
        try CPUParameters(files: files, configuration: configuration)
    }

    public func parameters(
        _ shape: AdapterShape, _ configuration: PolicyConfiguration, seed: UInt64
    ) throws -> any AdapterParameters {
        let parameters = try CPUAdapterParameters(shape, configuration)
        parameters.begin(seed: seed)
        return parameters
    }

    public func weights(of parameters: any PolicyParameters, _ format: WeightFormat) throws -> any PolicyWeights {
        try CPUParameters.own(parameters).packed(as: format, team: team)
    }

    public func weights(
        of parameters: any AdapterParameters, on base: any PolicyWeights, _ precision: Precision
    ) throws -> any PolicyWeights {
        guard let parameters = parameters as? CPUAdapterParameters else {
            preconditionFailure("parameters of another back end")
        }
        return try parameters.packed(on: base, precision, isTrained: true)
    }

    public func trainingPass(
        _ configuration: PolicyConfiguration, _ precision: Precision, maxRows: Int, recomputesActivations: Bool
    ) throws -> any TrainingPass {
        try CPUTrainingPass(
            configuration: configuration, precision: precision, team: team, maxRows: maxRows,
            recomputesActivations: recomputesActivations)
    }

    public func trainingMemory(
        _ subject: TrainingSubject, _ configuration: PolicyConfiguration, _ precision: Precision, rows: Int
    ) -> TrainingMemory {
        let count = subject.parameterCounts(configuration).all
        // An adapter is packed for the passes of both directions.
        let copies = subject.adapter == nil ? 1 : 2
        return TrainingMemory(
            parameters: 4 * (2 * count + subject.stateCount(configuration)),
            weights: copies * count * precision.byteCount,
            passes: CPUTrainingPass.byteCount(
                configuration, precision: precision, rows: rows, members: team.count,
                recomputesActivations: subject.recomputesActivations))
    }

    public func optimizer(
        _ settings: OptimizerSettings, for parameters: any ParameterSet, of parts: [ParameterPart]
    ) throws -> any Optimizer {
        guard let all = (parameters as? any CPUParameterSet)?.parameters else {
            preconditionFailure("parameters of another back end")
        }
        let slices = parts.map { ParameterSlice(all[$0.tensor], $0.elements) }
        return switch settings {
        case .adamW(let settings): try AdamW(slices, settings: settings, team: team)
        case .muon(let settings): try Muon(slices, settings: settings, team: team)
        }
    }
}
