import Foundation
import ModelFiles
import Testing

@testable import ModelMaking
@testable import Policy

@Suite("A start near induction heads")
struct InductionStartTests {
    private static let configuration = PolicySize.compact.configuration(family: .qwen2)

    /// What is added to a tensor, or what becomes of one filled with a value.
    private func tensor(_ weight: LayerWeight, layer: Int, drawn: Float = 0, pieces: Int = 1) -> [Float] {
        let tensor = Self.configuration.specification(.layer(layer, weight)), count = tensor.elementCount / pieces
        var values = [Float](repeating: drawn, count: tensor.elementCount)
        values.withUnsafeMutableBufferPointer { buffer in
            for piece in 0..<pieces {
                let range = piece * count..<(piece + 1) * count
                InductionStart(Self.configuration, seed: 1).write(
                    tensor, range, into: UnsafeMutableBufferPointer(rebasing: buffer[range]))
            }
        }
        return values
    }

    /// W x, of a matrix by rows.
    private func times(_ matrix: some Collection<Float>, _ x: [Double]) -> [Double] {
        var elements = matrix.makeIterator()
        return (0..<matrix.count / x.count).map { _ in x.reduce(0) { $0 + Double(elements.next() ?? 0) * $1 } }
    }

    private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

    /// A vector of length sqrt(E), as a norm leaves them.
    private func content(_ seed: UInt64) -> [Double] {
        var deviates = NormalDeviates(seed: seed, stream: 0)
        return (0..<Self.configuration.hiddenSize).map { _ in deviates.next() }
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
        let (queries, keys) = (tensor(.queryBias, layer: layer), tensor(.keyBias, layer: layer))
        for head in 0..<c.headCount {
            let group = head / c.groupSize
            let query = rotated(queries[head * d..<(head + 1) * d], 100)
            let scores = (0..<100).map { back in
                zip(query, rotated(keys[group * d..<(group + 1) * d], 100 - back)).reduce(0) { $0 + $1.0 * $1.1 }
            }
            #expect(scores.indices.max { scores[$0] < scores[$1] } == head % 4 + 1)
        }
    }

    @Test("What is looked at is copied, as large as an embedding", arguments: [0, 1])
    func copying(_ layer: Int) {
        let c = Self.configuration, d = c.headSize, contents = (1...16).map { content($0) }
        let value = tensor(.valueWeight, layer: layer), output = tensor(.outputWeight, layer: layer)
        for head in 0..<c.headCount {
            let group = head / c.groupSize
            var (size, likeness) = (0.0, 0.0)
            for x in contents {
                var heads = [Double](repeating: 0, count: c.headCount * d)
                heads.replaceSubrange(head * d..<(head + 1) * d, with: times(value, x)[group * d..<(group + 1) * d])
                let copy = times(output, heads), length = dot(copy, copy).squareRoot()
                size += length / dot(x, x).squareRoot() / Double(contents.count)
                likeness += dot(copy, x) / (length * dot(x, x).squareRoot()) / Double(contents.count)
            }
            // P^T P keeps D of E directions, sqrt(32 / 128) of a vector; rows of P are not quite orthogonal.
            #expect(abs(size / PolicyConfiguration.initializerRange - 1) < 0.2)
            #expect(abs(likeness - 0.5) < 0.1)
        }
        #expect(tensor(.valueWeight, layer: layer, drawn: 1)[0] == tensor(.valueWeight, layer: layer)[0] + 0.5)
    }

    @Test("What is alike scores more than what is not", arguments: [2, 3])
    func matching(_ layer: Int) {
        let c = Self.configuration, d = c.headSize, (x, y) = (content(1), content(2))
        let queries = times(tensor(.queryWeight, layer: layer), x)
        let (same, others) = (times(tensor(.keyWeight, layer: layer), x), times(tensor(.keyWeight, layer: layer), y))
        for head in 0..<c.headCount {
            let group = head / c.groupSize
            func score(_ keys: [Double]) -> Double {
                dot(Array(queries[head * d..<(head + 1) * d]), Array(keys[group * d..<(group + 1) * d]))
                    / Double(d).squareRoot()
            }
            #expect(score(same) > score(others) + 1)
        }
    }

    @Test("A tensor is the same in pieces", arguments: [LayerWeight.queryWeight, .keyWeight])
    func pieces(_ weight: LayerWeight) {
        #expect(tensor(weight, layer: 2, pieces: 4) == tensor(weight, layer: 2))
    }

    @Test("Other layers and other tensors stay as they were drawn")
    func others() {
        for (weight, layer) in [(LayerWeight.queryBias, 2), (.valueBias, 0), (.queryWeight, 0), (.valueWeight, 2)] {
            #expect(tensor(weight, layer: layer).allSatisfy { $0 == 0 })
        }
    }

    @Test("A family without biases cannot begin so, and says so")
    func noBiases() {
        #expect(throws: PolicyError.self) {
            try PolicyInitializer.write(
                size: .tiny, family: .llama, seed: 1, induction: true,
                to: FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString))
        }
    }
}
