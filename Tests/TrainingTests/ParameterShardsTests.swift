import Basics
import Compute
import Foundation
import ModelFiles
import Policy
import TestSupport
import Testing

@testable import Training

@Suite("Shards of parameters")
struct ParameterShardsTests {
    private static func parameters() throws -> any ParameterSet {
        let policy = try PolicyDirectory(Fixtures.url("graph-model"))
        return try CPUBackend(threads: 1).parameters(try policy.weights(), policy.configuration)
    }

    @Test(
        "Every parameter is one rank's, stage by stage, and of none is much more than its even share", arguments: 1...6)
    func even(ranks: Int) throws {
        let parameters = try Self.parameters(), all = parameters.gradients
        let shards = ParameterShards(parameters, whole: [], ranks: ranks)
        #expect(shards.stages.count == parameters.configuration.layerCount + 2)
        var owners = [Int](repeating: -1, count: all.count)
        for (stage, whole) in zip(shards.stages, shards.wholeStages) {
            #expect(stage.first!.lowerBound == whole.lowerBound && stage.last!.upperBound == whole.upperBound)
            for (rank, range) in stage.enumerated() {
                #expect(abs(range.count - whole.count / ranks) <= 2 * ParameterPart.grain)
                for element in range {
                    #expect(owners[element] == -1)
                    owners[element] = rank
                }
            }
        }
        #expect(!owners.contains(-1))
        for (rank, parts) in shards.parts.enumerated() {
            #expect(parts.reduce(0) { $0 + $1.elements.count } == owners.count { $0 == rank })
            for part in parts {
                #expect(part.elements.lowerBound.isMultiple(of: ParameterPart.grain))
                #expect(owners[all.starts[part.tensor] + part.elements.lowerBound] == rank)
            }
        }
    }

    @Test("Tensors that are to stay whole do", arguments: 2...5)
    func whole(ranks: Int) throws {
        let parameters = try Self.parameters(), matrices = parameters.layerMatrices
        #expect(!matrices.isEmpty)
        let shards = ParameterShards(parameters, whole: matrices, ranks: ranks)
        for part in shards.parts.joined() where matrices.contains(part.tensor) {
            #expect(part.elements == 0..<parameters.gradients.parts[part.tensor].count)
        }
    }

    @Test("A norm does not depend on how tensors are divided")
    func norms() throws {
        let parameters = try Self.parameters()
        for part in parameters.gradients.parts {
            for index in part.indices { part[index] = Float(index % 911) / 911 - 0.4 }
        }
        let whole = parameters.gradientNorm()
        for ranks in 2...5 {
            let parts = ParameterShards(parameters, whole: [], ranks: ranks).parts.joined()
            #expect(parts.map { (part: $0, squares: parameters.gradientSquares(of: $0)) }.norm == whole)
        }
    }
}
