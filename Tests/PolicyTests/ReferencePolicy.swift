import Compute
import Foundation
import Influence
import ModelFiles
import TestSupport

@testable import Policy

/// One of the tiny reference policies, loaded, with a pool of its own and helpers to run tokens through it.
final class ReferencePolicy {
    static let names = [
        "qwen2", "qwen3", "llama", "mistral", "qwen3_window", "smollm3", "olmo2", "phi3", "phi3_window", "gemma3_text",
        "qwen3_moe",
    ]

    let configuration: PolicyConfiguration
    let weights: CPUWeights
    let team: ThreadTeam
    let memory: CPUKeyValueMemory
    let pool: BlockPool
    let pass: CPUForwardPass
    let expected: ReferenceTensors
    let meta: [String: Any]

    /// - Parameters:
    ///   - folder: Of another model with the same numbers; nil for that of the name.
    ///   - blocks: What to keep weights in; nil keeps numbers.
    init(
        _ name: String, folder: URL? = nil, precision: Precision = .float32, blocks: WeightBlocks? = nil,
        threads: Int = 2
    ) throws {
        let directory = try PolicyDirectory(folder ?? Fixtures.url(name))
        configuration = directory.configuration
        team = ThreadTeam(count: threads)
        weights = try CPUWeights(
            files: try directory.weights(), configuration: configuration, format: WeightFormat(blocks, precision),
            team: team)
        memory = try CPUKeyValueMemory(
            configuration: configuration, precision: precision, blocks: BlockPool.blocks(holding: 4096))
        pool = BlockPool(memory)
        pass = try CPUForwardPass(configuration: configuration, precision: precision, team: team, maxRows: 512)
        expected = try ReferenceTensors(fixture: "\(name)/expected.safetensors")
        let json = try Data(contentsOf: Fixtures.url("\(name)/expected.json"))
        meta = try JSONSerialization.jsonObject(with: json) as! [String: Any]
    }

    var tokens: [Int32] { get throws { try expected.ints("input_ids") } }
    var promptCount: Int { meta["prompt_tokens"] as! Int }
    var stepRanges: [Range<Int>] { (meta["step_ranges"] as! [[Int]]).map { $0[0]..<$0[1] } }

    func blocks(for count: Int) -> [Int32] {
        (0..<BlockPool.blocks(holding: count)).map { _ in pool.allocate()! }
    }

    /// Logits of every row, computed in chunks of the given sizes.
    func logits(
        _ tokens: [Int32], chunks: [Int]? = nil, hidden: Range<Int>? = nil, adapter: CPUAdapter? = nil,
        capture: CaptureBuffer? = nil,
        closed: (_ first: Int, _ count: Int) -> [Int] = { _, _ in [] }, collect: ([Int]) -> Void = { _ in }
    ) throws -> [[Float]] {
        let blocks = blocks(for: tokens.count)
        defer { for block in blocks { pool.release(block) } }
        var rows = [[Float]](repeating: [], count: tokens.count)
        var first = 0
        for count in chunks ?? [tokens.count] {
            let ends = closed(first, count)
            try capture?.prepare(first: first, count: count, stepEnds: ends)
            let chunk = ForwardChunk(
                tokens: Array(tokens[first..<first + count]), first: first, blocks: blocks, logitRows: 0..<count,
                capture: capture, hidden: hidden, adapter: adapter)
            rows.withUnsafeMutableBufferPointer { rows in
                nonisolated(unsafe) let rows = rows
                pass.run(weights: weights, memory: memory, chunks: [chunk]) { _, row, logits in
                    rows[first + row] = Array(logits)
                }
            }
            collect(ends)
            capture?.finish(closed: ends.count)
            first += count
        }
        return rows
    }

    /// A trace of the reference text, computed in chunks of the given sizes.
    func trace(
        chunks: [Int]? = nil, hidden: Range<Int>? = nil, gap: Int, heads: [HeadIndex] = [],
        raw: [CaptureBuffer.RawRows] = []
    ) throws
        -> (accumulator: InfluenceAccumulator, buffer: CaptureBuffer)
    {
        var accumulator = InfluenceAccumulator(
            layerCount: configuration.layerCount, headCount: configuration.headCount, gap: gap,
            promptLength: promptCount, heads: heads)
        let buffer = CaptureBuffer(
            layers: configuration.layerCount, heads: configuration.headCount, promptTokens: promptCount, raw: raw)
        let ends = stepRanges.dropFirst().map { $0.upperBound - 1 }
        _ = try logits(
            try tokens, chunks: chunks, hidden: hidden, capture: buffer,
            closed: { first, count in ends.filter { (first..<first + count).contains($0) } },
            collect: { closed in
                for slot in closed.indices {
                    let step = self.stepRanges[accumulator.steps.count]
                    buffer.withSums(slot: slot) { accumulator.close(step: step, attention: $0.span, stride: $1) }
                }
            })
        return (accumulator, buffer)
    }
}
