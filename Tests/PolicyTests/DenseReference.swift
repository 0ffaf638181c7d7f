import Foundation
import ModelFiles
import TestSupport

@testable import Policy

/// A policy's forward pass put together from the definitions of its operations, in Double and with every row of attention in
/// full.
struct DenseReference {
    private let configuration: PolicyConfiguration
    private let files: WeightFiles

    init(_ name: String) throws {
        let directory = try PolicyDirectory(Fixtures.url(name))
        configuration = directory.configuration
        files = try directory.weights()
    }

    /// Logits of every row.
    ///
    /// - Parameter sees: Whether the token at a position may attend to one at or before it.
    func logits(_ tokens: [Int32], sees: (_ query: Int, _ key: Int) -> Bool = { _, _ in true }) throws -> [[Double]] {
        let embedding = try matrix(.embedding)
        let scale = configuration.scalesEmbeddings ? Double(configuration.hiddenSize).squareRoot() : 1
        var x = tokens.map { embedding[Int($0)].map { $0 * scale } }
        for (index, plan) in configuration.layerPlans.enumerated() {
            let layer = Layer(reference: self, index: index, plan: plan)
            let attended = try layer.attention(layer.normalised(x, plan.norms.beforeAttention), sees)
            x = Self.sum(x, try layer.normalised(attended, plan.norms.afterAttention))
            let fed = try layer.feedForward(layer.normalised(x, plan.norms.beforeFeedForward))
            x = Self.sum(x, try layer.normalised(fed, plan.norms.afterFeedForward))
        }
        let head = configuration.tiesEmbeddings ? embedding : try matrix(.output)
        let offset: Double = configuration.normGainsAddOne ? 1 : 0
        return try normalised(x, .finalNorm, offset: offset).map { Linear.reference($0, head, nil) }
    }

    private struct Layer {
        let reference: DenseReference
        let index: Int
        let plan: LayerPlan

        private var configuration: PolicyConfiguration { reference.configuration }

        func normalised(_ rows: [[Double]], _ weight: LayerWeight?) throws -> [[Double]] {
            guard let weight else { return rows }
            return try reference.normalised(rows, .layer(index, weight), offset: Double(plan.gainOffset))
        }

        private func linear(_ rows: [[Double]], _ weight: LayerWeight, _ bias: LayerWeight? = nil) throws -> [[Double]]
        {
            let matrix = try reference.matrix(.layer(index, weight))
            let added = try bias.flatMap { $0.exists(in: plan) ? try reference.vector(.layer(index, $0)) : nil }
            return rows.map { Linear.reference($0, matrix, added) }
        }

        /// Columns that are one tensor's in some families and several tensors' in others.
        private func parts(
            _ rows: [[Double]], fused: LayerWeight, _ widths: [Int], _ weights: [(LayerWeight, LayerWeight)]
        ) throws -> [[[Double]]] {
            guard plan.fusesProjections else { return try weights.map { try linear(rows, $0.0, $0.1) } }
            let whole = try linear(rows, fused)
            var start = 0
            return widths.map { width in
                defer { start += width }
                return whole.map { Array($0[start..<start + width]) }
            }
        }

        // MARK: Attention

        func attention(_ input: [[Double]], _ sees: (Int, Int) -> Bool) throws -> [[Double]] {
            let c = configuration
            let parts = try parts(
                input, fused: .queryKeyValueWeight, [c.queryWidth, c.keyValueWidth, c.keyValueWidth],
                [(.queryWeight, .queryBias), (.keyWeight, .keyBias), (.valueWeight, .valueBias)])
            let queries = try heads(parts[0], norm: .queryNorm), keys = try heads(parts[1], norm: .keyNorm)
            let values = split(parts[2])
            let attended = queries.indices.map { t in
                (0..<c.headCount).flatMap { head in
                    let group = head / c.groupSize
                    let visible = (0...t).filter { sees(t, $0) && (plan.window == 0 || $0 > t - plan.window) }
                    return Attention.reference(
                        queries[t][head].map { $0 * Double(plan.attentionScale) },
                        keys: visible.map { keys[$0][group] }, values: visible.map { values[$0][group] })
                }
            }
            return try linear(attended, .outputWeight, .outputBias)
        }

        /// Heads of each row, [tokens][heads][D], normalised where the policy does that, and rotated to their positions.
        private func heads(_ rows: [[Double]], norm: LayerWeight) throws -> [[[Double]]] {
            let rows = plan.queryKeyNorm == .together ? try normalised(rows, norm) : rows
            let (frequencies, factor) = plan.rotary.frequencies()
            return try split(rows).enumerated().map { position, heads in
                let heads = plan.queryKeyNorm == .heads ? try normalised(heads, norm) : heads
                let angles = frequencies.map { Double(position) * $0 }
                return heads.map { head in
                    let turned = Rotation.reference(
                        Array(head[..<plan.rotary.size]), cosines: angles.map { cos($0) * factor },
                        sines: angles.map { sin($0) * factor })
                    return turned + head[plan.rotary.size...]
                }
            }
        }

        private func split(_ rows: [[Double]]) -> [[[Double]]] {
            let d = configuration.headSize
            return rows.map { row in stride(from: 0, to: row.count, by: d).map { Array(row[$0..<$0 + d]) } }
        }

        // MARK: Feed-forward

        func feedForward(_ input: [[Double]]) throws -> [[Double]] {
            if let experts = plan.experts { return try mixture(input, experts) }
            let f = configuration.feedForwardSize
            let parts = try parts(
                input, fused: .gateUpWeight, [f, f], [(.gateWeight, .gateBias), (.upWeight, .upBias)])
            let gated = zip(parts[0], parts[1]).map { FeedForward.reference(gate: $0, up: $1, plan.activation) }
            return try linear(gated, .downWeight, .downBias)
        }

        private func mixture(_ input: [[Double]], _ experts: PolicyConfiguration.Experts) throws -> [[Double]] {
            let weights = try (0..<experts.count).map { expert in
                try ExpertWeight.allCases.map { try reference.matrix(.expert(layer: index, expert, $0)) }
            }
            return zip(input, try linear(input, .routerWeight)).map { x, logits in
                var sum = x.map { _ in 0.0 }
                for (expert, weight) in Self.chosen(logits, experts) {
                    let hidden = FeedForward.reference(
                        gate: Linear.reference(x, weights[expert][0], nil),
                        up: Linear.reference(x, weights[expert][1], nil), plan.activation)
                    sum = zip(sum, Linear.reference(hidden, weights[expert][2], nil)).map { $0 + weight * $1 }
                }
                return sum
            }
        }

        /// A token's experts and their weights.
        private static func chosen(_ logits: [Double], _ experts: PolicyConfiguration.Experts) -> [(Int, Double)] {
            let total = logits.reduce(0) { $0 + exp($1) }
            let best = logits.indices.sorted { logits[$0] > logits[$1] }.prefix(experts.perToken)
            let sum = experts.normalisesWeights ? best.reduce(0) { $0 + exp(logits[$1]) / total } : 1
            return best.map { ($0, exp(logits[$0]) / total / sum) }
        }
    }

    // MARK: Rows

    private func normalised(_ rows: [[Double]], _ weight: WeightName, offset: Double) throws -> [[Double]] {
        let gain = try vector(weight).map { $0 + offset }
        return rows.map { RMSNorm.reference($0, gain, epsilon: Double(configuration.normEpsilon)) }
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
