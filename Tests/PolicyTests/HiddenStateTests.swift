import ModelFiles
import TestSupport
import Testing

@testable import Policy

@Suite("Hidden states", .serialized)
struct HiddenStateTests {
    /// As of logits, which are products of these: float32 against a float64 reference.
    static let tolerance: Float = 1e-4

    /// Means of a layer's states over the steps of the reference text, computed in chunks of the given sizes.
    private func means(
        _ policy: ReferencePolicy, layer: Int, chunks: [Int], neighbours: Int = 0
    ) throws -> (steps: [[Float]], sums: [[Double]]) {
        let tokens = try policy.tokens, steps = policy.stepRanges.dropFirst()
        let buffer = StateBuffer(
            layer: layer, width: policy.configuration.hiddenSize, promptTokens: policy.promptCount)
        let blocks = policy.blocks(for: tokens.count)
        defer { for block in blocks { policy.pool.release(block) } }
        var sums: [[Double]] = [], first = 0
        for count in chunks {
            let ends = steps.map { $0.upperBound - 1 }.filter { (first..<first + count).contains($0) }
            try buffer.prepare(first: first, count: count, stepEnds: ends)
            var batch = [
                ForwardChunk(
                    tokens: Array(tokens[first..<first + count]), first: first, blocks: blocks, logitRows: 0..<0,
                    states: buffer)
            ]
            for neighbour in 0..<neighbours {
                let other = Array(tokens[neighbour...])
                batch.insert(
                    ForwardChunk(tokens: other, first: 0, blocks: policy.blocks(for: other.count), logitRows: 0..<0),
                    at: neighbour % 2 * batch.count)
            }
            policy.pass.run(weights: policy.weights, memory: policy.memory, chunks: batch) { _, _, _ in }
            sums += ends.indices.map { buffer.sum(slot: $0) }
            buffer.finish(closed: ends.count)
            first += count
        }
        return (zip(sums, steps).map { sum, step in sum.map { Float($0 / Double(step.count)) } }, sums)
    }

    @Test("Means over steps equal transformers' hidden states of every layer", arguments: ReferencePolicy.names)
    func means(_ name: String) throws {
        let policy = try ReferencePolicy(name)
        let expected = try ReferenceTensors(fixture: "\(name)/hidden_states.safetensors").floats("steps")
        let steps = policy.stepRanges.count, width = policy.configuration.hiddenSize
        #expect(expected.count == (policy.configuration.layerCount + 1) * steps * width)
        for layer in 0...policy.configuration.layerCount {
            let means = try means(policy, layer: layer, chunks: [try policy.tokens.count]).steps
            #expect(means.count == steps - 1)
            for (step, mean) in means.enumerated() {
                let base = (layer * steps + step + 1) * width
                let worst = zip(mean, expected[base..<base + width]).map { abs($0 - $1) }.max()!
                #expect(worst < Self.tolerance, "layer \(layer), step \(step + 1): \(worst)")
            }
        }
    }

    @Test("Chunks, neighbours and other thread counts change no bit", arguments: ["qwen2", "gemma3_text", "qwen3_moe"])
    func bits(_ name: String) throws {
        let alone = try ReferencePolicy(name, threads: 1), many = try ReferencePolicy(name, threads: 3)
        let count = try alone.tokens.count
        for layer in 0...alone.configuration.layerCount {
            let whole = try means(alone, layer: layer, chunks: [count]).sums
            #expect(try means(alone, layer: layer, chunks: Array(repeating: 1, count: count)).sums == whole)
            #expect(try means(many, layer: layer, chunks: [7, 13, count - 20]).sums == whole)
            #expect(try means(many, layer: layer, chunks: [count], neighbours: 6).sums == whole)
        }
    }

    @Test("What joins the open step is added to it, and what closes is given back")
    func joining() throws {
        let policy = try ReferencePolicy("qwen2"), count = try policy.tokens.count
        let buffer = StateBuffer(layer: 1, width: policy.configuration.hiddenSize, promptTokens: 2)
        let blocks = policy.blocks(for: count)
        try buffer.prepare(first: 0, count: 8, stepEnds: [4, 6])
        let chunk = ForwardChunk(
            tokens: Array(try policy.tokens[..<8]), first: 0, blocks: blocks, logitRows: 0..<0, states: buffer)
        policy.pass.run(weights: policy.weights, memory: policy.memory, chunks: [chunk]) { _, _, _ in }
        let closed = [buffer.sum(slot: 0), buffer.sum(slot: 1)], open = buffer.sum(slot: 2)
        #expect(open.contains { $0 != 0 })
        buffer.finish(closed: 2)
        #expect(buffer.sum(slot: 0) == open && buffer.sum(slot: 1).allSatisfy { $0 == 0 })
        buffer.join(closed[0])
        #expect(buffer.sum(slot: 0) == zip(open, closed[0]).map { $0 + $1 })
        buffer.finish(closed: 3)
        #expect(buffer.sum(slot: 0).allSatisfy { $0 == 0 })
    }
}
