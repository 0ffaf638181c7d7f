import Foundation
import TestSupport

@testable import Policy

/// A policy's forward pass by its definition, in Double and with every row of attention in full: the tests' own.
struct DenseReference {
    private let configuration: PolicyConfiguration
    private let files: WeightFiles
    private let rotary: RotaryTable

    init(_ name: String) throws {
        let directory = try PolicyDirectory(Fixtures.url(name))
        configuration = directory.configuration
        files = try directory.weights()
        rotary = try RotaryTable(configuration)
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
            let gated = zip(gate, up).map { zip($0, $1).map { $0 / (1 + exp(-$0)) * $1 } }
            x = Self.sum(x, try linear(gated, name(.downWeight), name(.downBias)))
        }
        let head = configuration.tiesEmbeddings ? embedding : try matrix(.output)
        return try normalised(x, .finalNorm).map { row in head.map { Self.dot($0, row) } }
    }

    // MARK: Attention

    /// Shapes [tokens][heads][D]; the result's rows hold all heads.
    private func attend(
        queries: [[[Double]]], keys: [[[Double]]], values: [[[Double]]], _ sees: (Int, Int) -> Bool
    ) -> [[Double]] {
        queries.indices.map { t in
            (0..<configuration.headCount).flatMap { head in
                let group = head / configuration.groupSize
                let visible = (0...t).filter { sees(t, $0) }
                let scores = visible.map {
                    Self.dot(queries[t][head], keys[$0][group]) / Double(configuration.headSize).squareRoot()
                }
                let most = scores.max()!
                let weights = scores.map { exp($0 - most) }
                let total = weights.reduce(0, +)
                return (0..<configuration.headSize).map { i in
                    zip(visible, weights).reduce(0) { $0 + $1.1 * values[$1.0][group][i] } / total
                }
            }
        }
    }

    /// Heads of each row, normalised where the policy does that, and rotated to their positions.
    private func heads(_ rows: [[Double]], norm: WeightName) throws -> [[[Double]]] {
        let d = configuration.headSize
        return try split(rows).enumerated().map { position, heads in
            let heads = configuration.hasQKNorm ? try normalised(heads, norm) : heads
            return heads.map { x in
                (0..<d).map { i in
                    let angle = Double(position) * rotary.frequencies[i % (d / 2)]
                    let other = i < d / 2 ? -x[i + d / 2] : x[i - d / 2]
                    return (x[i] * cos(angle) + other * sin(angle)) * rotary.attentionFactor
                }
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
        return rows.map { row in
            let scale = 1 / (Self.dot(row, row) / Double(row.count) + Double(configuration.normEpsilon)).squareRoot()
            return zip(row, gain).map { $0 * scale * $1 }
        }
    }

    private func linear(_ rows: [[Double]], _ weight: WeightName, _ bias: WeightName) throws -> [[Double]] {
        let matrix = try matrix(weight)
        let hasBias = configuration.tensors.contains { $0.weight == bias }
        let bias = hasBias ? try vector(bias) : [Double](repeating: 0, count: matrix.count)
        return rows.map { row in zip(matrix, bias).map { Self.dot($0, row) + $1 } }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

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
