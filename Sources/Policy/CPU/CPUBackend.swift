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

    public func keyValueMemory(
        _ configuration: PolicyConfiguration, _ precision: Precision, blocks: Int
    ) throws(MemoryError) -> any KeyValueMemory {
        try CPUKeyValueMemory(configuration: configuration, precision: precision, blocks: blocks)
    }

    public func forwardPass(
        _ configuration: PolicyConfiguration, _ precision: Precision, maxRows: Int
    ) throws(MemoryError) -> any ForwardPass {
        try CPUForwardPass(configuration: configuration, precision: precision, team: team, maxRows: maxRows)
    }

    public func parameters(
        _ files: WeightFiles, _ configuration: PolicyConfiguration
    ) throws -> any ParameterSet {
        try CPUParameters(files: files, configuration: configuration)
    }

    public func weights(of parameters: any ParameterSet, _ format: WeightFormat) throws -> any PolicyWeights {
        try CPUParameters.own(parameters).packed(as: format, team: team)
    }

    public func trainingPass(
        _ configuration: PolicyConfiguration, _ precision: Precision, maxRows: Int, recomputesActivations: Bool
    ) throws -> any TrainingPass {
        try CPUTrainingPass(
            configuration: configuration, precision: precision, team: team, maxRows: maxRows,
            recomputesActivations: recomputesActivations)
    }

    public func optimizer(
        _ settings: OptimizerSettings, for parameters: any ParameterSet
    ) throws -> any Optimizer {
        let parameters = CPUParameters.own(parameters).parameters
        return switch settings {
        case .adamW(let settings): try AdamW(parameters, settings: settings, team: team)
        case .muon(let settings): try Muon(parameters, settings: settings, team: team)
        }
    }
}
