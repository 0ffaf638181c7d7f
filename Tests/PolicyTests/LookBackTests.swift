import Foundation
import ModelFiles
import Testing

@testable import ModelMaking
@testable import Policy

@Suite("Looking back")
struct LookBackTests {
    private static let configuration = PolicySize.compact.configuration(family: .qwen2)

    private func biases(_ weight: LayerWeight, layer: Int) -> [Float] {
        let tensor = Self.configuration.specification(.layer(layer, weight))
        var values = [Float](repeating: 0, count: tensor.elementCount)
        values.withUnsafeMutableBufferPointer {
            LookBack(Self.configuration).write(tensor, 0..<tensor.elementCount, into: $0)
        }
        return values
    }

    /// A head's vector rotated to a position.
    private func rotated(_ x: ArraySlice<Float>, _ position: Int) -> [Double] {
        let rotary = Self.configuration.layerPlans[0].rotary
        let angles = rotary.frequencies().perToken.map { Double(position) * $0 }
        return Rotation.reference(x.map(Double.init), cosines: angles.map { cos($0) }, sines: angles.map { sin($0) })
    }

    @Test("Scores are greatest one to four places back, by head", arguments: [0, 1])
    func greatest(_ layer: Int) {
        let c = Self.configuration, d = c.headSize
        let (queries, keys) = (biases(.queryBias, layer: layer), biases(.keyBias, layer: layer))
        for head in 0..<c.headCount {
            let group = head / c.groupSize
            let query = rotated(queries[head * d..<(head + 1) * d], 100)
            let scores = (0..<100).map { back in
                zip(query, rotated(keys[group * d..<(group + 1) * d], 100 - back)).reduce(0) { $0 + $1.0 * $1.1 }
            }
            #expect(scores.indices.max { scores[$0] < scores[$1] } == head % 4 + 1)
        }
    }

    @Test("Other layers and other tensors stay as they were drawn")
    func others() {
        #expect(biases(.queryBias, layer: 2).allSatisfy { $0 == 0 })
        #expect(biases(.valueBias, layer: 0).allSatisfy { $0 == 0 })
    }

    @Test("A family without biases cannot look back, and says so")
    func noBiases() {
        #expect(throws: PolicyError.self) {
            try PolicyInitializer.write(
                size: .tiny, family: .llama, seed: 1, looksBack: true,
                to: FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString))
        }
    }
}
