import Foundation
import ModelFiles
import TestSupport

@testable import Policy

/// A policy's forward pass put together from the definitions of its operations, in Double and with every row of attention in
/// full.
struct DenseReference {
    private let configuration: PolicyConfiguration
    private let files: WeightFiles
    private let rotary: RotaryTable

    init(_ name: String) throws {
        let directory = try PolicyDirectory(Fixtures.url(name))
        configuration = directory.configuration
        files = try directory.weights()
        rotary = try RotaryTable(configuration.layerPlans[0].rotary, contextLength: 0)
    }

    /// Logits of every row.
    ///
    /// - Parameter sees: Whether the token at a position may attend to one at or before it.
    func logits(_ tokens: [Int32], sees: (_ query: Int, _ key: Int) -> Bool = { _, _ in true }) throws -> [[Double]] {
        let embedding = try matrix(.embedding)
        var x = tokens.map { embedding[Int($0)] }
        for layer in 0..<configuration.layerCount {
            func name(_ weight: LayerWeight) -> WeightName { .layer(layer, weight) }
            let input = try normalised(x, name(.inputNorm))
            let attended = try attend(
                queries: heads(linear(input, name(.queryWeight), name(.queryBias)), norm: name(.queryNorm)),
                keys: heads(linear(input, name(.keyWeight), name(.keyBias)), norm: name(.keyNorm)),
                values: split(linear(input, name(.valueWeight), name(.valueBias))), sees)
            x = Self.sum(x, try linear(attended, name(.outputWeight), name(.outputBias)))
            let middle = try normalised(x, name(.postAttentionNorm))
            let gate = try linear(middle, name(.gateWeight), name(.gateBias))
            let up = try linear(middle, name(.upWeight), name(.upBias))
            let gated = zip(gate, up).map { FeedForward.reference(gate: $0, up: $1) }
            x = Self.sum(x, try linear(gated, name(.downWeight), name(.downBias)))
        }
        let head = configuration.tiesEmbeddings ? embedding : try matrix(.output)
        return try normalised(x, .finalNorm).map { Linear.reference($0, head, nil) }
    }

    // MARK: Attention

    /// Shapes [tokens][heads][D]; the result's rows hold all heads.
    private func attend(
        queries: [[[Double]]], keys: [[[Double]]], values: [[[Double]]], _ sees: (Int, Int) -> Bool
    ) -> [[Double]] {
        let scale = 1 / Double(configuration.headSize).squareRoot()
        return queries.indices.map { t in
            (0..<configuration.headCount).flatMap { head in
                let group = head / configuration.groupSize
                let visible = (0...t).filter { sees(t, $0) }
                return Attention.reference(
                    queries[t][head].map { $0 * scale }, keys: visible.map { keys[$0][group] },
                    values: visible.map { values[$0][group] })
            }
        }
    }

    /// Heads of each row, normalised where the policy does that, and rotated to their positions.
    private func heads(_ rows: [[Double]], norm: WeightName) throws -> [[[Double]]] {
        try split(rows).enumerated().map { position, heads in
            let heads = configuration.hasQKNorm ? try normalised(heads, norm) : heads
            let angles = rotary.frequencies.map { Double(position) * $0 }
            return heads.map { head in
                Rotation.reference(
                    head, cosines: angles.map { cos($0) * rotary.attentionFactor },
                    sines: angles.map { sin($0) * rotary.attentionFactor })
            }
        }
    }

    private func split(_ rows: [[Double]]) -> [[[Double]]] {
        let d = configuration.headSize
        return rows.map { row in stride(from: 0, to: row.count, by: d).map { Array(row[$0..<$0 + d]) } }
    }

    // MARK: Rows

    private func normalised(_ rows: [[Double]], _ weight: WeightName) throws -> [[Double]] {
        let gain = try vector(weight)
        return rows.map { RMSNorm.reference($0, gain, epsilon: Double(configuration.normEpsilon)) }
    }

    private func linear(_ rows: [[Double]], _ weight: WeightName, _ bias: WeightName) throws -> [[Double]] {
        let matrix = try matrix(weight)
        let hasBias = configuration.tensors.contains { $0.weight == bias }
        let bias = hasBias ? try vector(bias) : nil
        return rows.map { Linear.reference($0, matrix, bias) }
    }

    private static func sum(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
        zip(a, b).map { zip($0, $1).map { $0 + $1 } }
    }

    private func vector(_ weight: WeightName) throws -> [Double] {
        try files.tensor(weight).floats().map { Double($0) }
    }

    private func matrix(_ weight: WeightName) throws -> [[Double]] {
        let tensor = try files.tensor(weight), width = tensor.shape[1]
        let values = tensor.floats().map { Double($0) }
        return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }
}
