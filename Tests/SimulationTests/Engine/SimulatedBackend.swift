import Basics
import Compute
import ModelFiles
import Sampling

@testable import Policy

/// Computes simulated models, and watches what it is asked to compute.
struct SimulatedBackend: Backend {
    var threadCount: Int { 1 }

    func beside(threads: Int, priority: ThreadPriority) -> any Backend { self }
    func precision(storedIn16Bits: Bool) -> Precision { .float32 }
    func bytesPerToken(_ configuration: PolicyConfiguration, _ precision: Precision) -> Int { 1 }

    func keyValueMemory(
        _ configuration: PolicyConfiguration, _ precision: Precision, blocks: Int
    ) throws(MemoryError) -> any KeyValueMemory { SimulatedMemory(blocks: blocks) }

    func forwardPass(
        _ configuration: PolicyConfiguration, _ precision: Precision, maxRows: Int, longest: Int
    ) throws(MemoryError) -> any ForwardPass { SimulatedPass(maxRows: maxRows) }

    // Nothing is read or trained here.

    func weights(_: WeightFiles, _: PolicyConfiguration, _: WeightFormat) throws -> any PolicyWeights {
        throw SimulationError("a simulation reads no weights")
    }
    func weights(_: AdapterDirectory, on: any PolicyWeights, _: Precision) throws -> any PolicyWeights {
        throw SimulationError("a simulation reads no weights")
    }
    func parameters(_: WeightFiles, _: PolicyConfiguration) throws -> any PolicyParameters {
        throw SimulationError("a simulation trains nothing")
    }
    func parameters(_: AdapterShape, _: PolicyConfiguration, seed: UInt64) throws -> any AdapterParameters {
        throw SimulationError("a simulation trains nothing")
    }
    func weights(of: any PolicyParameters, _: WeightFormat) throws -> any PolicyWeights {
        throw SimulationError("a simulation trains nothing")
    }
    func weights(of: any AdapterParameters, on: any PolicyWeights, _: Precision) throws -> any PolicyWeights {
        throw SimulationError("a simulation trains nothing")
    }
    func trainingMemory(
        _: TrainingSubject, _: PolicyConfiguration, _: Precision, rows: Int
    ) -> TrainingMemory { preconditionFailure("a simulation trains nothing") }
    func trainingPass(
        _: PolicyConfiguration, _: Precision, maxRows: Int, recomputesActivations: Bool
    ) throws -> any TrainingPass {
        throw SimulationError("a simulation trains nothing")
    }
    func optimizer(_: OptimizerSettings, for: any ParameterSet, of: [ParameterPart]) throws -> any Optimizer {
        throw SimulationError("a simulation trains nothing")
    }
}

final class SimulatedWeights: PolicyWeights {
    let model: SimulatedModel
    let configuration = SimulatedModel.configuration
    let format = WeightFormat.float32
    let byteCount = 8

    init(_ model: SimulatedModel) { self.model = model }
}

/// What each token stored; 0 where nothing was stored.
final class SimulatedMemory: KeyValueMemory {
    let blockCount: Int
    private var values: [UInt64]
    private static let width = BlockPool.blockTokens

    init(blocks: Int) {
        blockCount = blocks
        values = Array(repeating: 0, count: blocks * Self.width)
    }

    func clear(_ blocks: Range<Int>) {
        for place in blocks.lowerBound * Self.width..<blocks.upperBound * Self.width { values[place] = 0 }
    }

    func copy(_ source: Int32, to target: Int32) {
        for offset in 0..<Self.width {
            values[Int(target) * Self.width + offset] = values[Int(source) * Self.width + offset]
        }
    }

    subscript(position: Int, blocks: [Int32]) -> UInt64 {
        get { values[Int(blocks[position / Self.width]) * Self.width + position % Self.width] }
        set { values[Int(blocks[position / Self.width]) * Self.width + position % Self.width] = newValue }
    }
}
