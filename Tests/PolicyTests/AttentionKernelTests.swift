import CKernels
import Compute
import TestSupport
import Testing

@testable import Policy

/// Random keys, values and queries of one sequence, in the kernel's layout and as plain arrays.
private struct AttentionProblem {
    let format: attn_format
    let length: Int
    let d: Int
    let group: Int
    /// Keys that tokens from its end on do not see.
    var hidden = 0..<0
    /// The most keys that a token sees; 0 for all.
    var window = 0
    /// [length][group][d], scaled as the kernel expects; [length][d].
    private(set) var queries: [[[Float]]] = []
    private(set) var keys: [[Float]] = []
    private(set) var values: [[Float]] = []
    private let pool: AlignedBuffer<UInt8>
    private let blocks: [Int32]
    private let keyBytes: Int
    private let blockBytes: Int

    init(_ format: attn_format, length: Int, d: Int, group: Int, seed: UInt64) throws {
        (self.format, self.length, self.d, self.group) = (format, length, d, group)
        let random = CounterRandom(seed: seed)
        var draws: UInt64 = 0
        func row(_ scale: Double) -> [Float] {
            (0..<d).map { _ in
                draws += 1
                return Self.rounded(Float(random.normal(at: draws) * scale), format)
            }
        }
        for _ in 0..<length {
            // Scores of some units: softmax rows that are neither flat nor a single token.
            queries.append((0..<group).map { _ in row(2 / Double(d).squareRoot()) })
            keys.append(row(1))
            values.append(row(1))
        }
        keyBytes = attn_key_bytes(format, d)
        blockBytes = keyBytes + attn_value_bytes(format, d)
        let count = (length + 63) / 64
        // Blocks in the reverse order, and one that is nobody's before them.
        blocks = (0..<Int32(count)).map { Int32(count) - $0 }
        pool = try AlignedBuffer(count: (count + 1) * blockBytes)
        for token in 0..<length {
            let block = pool.pointer + Int(blocks[token / 64]) * blockBytes
            attn_store_key(format, block, token % 64, d, keys[token])
            attn_store_value(format, block + keyBytes, token % 64, d, values[token])
        }
    }

    /// What the format keeps of a number, so that inputs are the same on both sides.
    private static func rounded(_ x: Float, _ format: attn_format) -> Float {
        guard format == ATTN_BF16 else { return x }
        let bits = x.bitPattern
        return Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
    }

    /// The kernel's result, [length][group][d], computed in chunks of the given sizes, with no more scratch than needed.
    func kernel(chunks: [Int]) throws -> [[[Float]]] {
        let bytes = attn_attention_scratch(length, d, group), guardBytes = 4096
        let scratch = try AlignedBuffer<UInt8>(count: bytes + guardBytes)
        scratch.buffer[bytes...].update(repeating: 0xa5)
        var result: [[[Float]]] = [], first = 0
        for count in chunks {
            result += try chunk(first..<first + count, scratch)
            first += count
        }
        precondition(scratch.buffer[bytes...].allSatisfy { $0 == 0xa5 }, "the kernel wrote past its scratch")
        return result
    }

    private func chunk(_ tokens: Range<Int>, _ scratch: AlignedBuffer<UInt8>) throws -> [[[Float]]] {
        let flat = tokens.flatMap { queries[$0].flatMap { $0 } }
        let bytes = try AlignedBuffer<UInt8>(count: flat.count * (format == ATTN_F32 ? 4 : 2))
        flat.withUnsafeBufferPointer { q in
            blocks.withUnsafeBufferPointer { blocks in
                var call = attn_attention_call(
                    format: format, q: q.baseAddress, q_stride: group * d, out: bytes.pointer, out_stride: group * d,
                    d: d, rows: tokens.count, first: tokens.lowerBound, hidden_begin: hidden.lowerBound,
                    hidden_end: hidden.upperBound, window: window, heads: group, layer: 0, pool: pool.pointer,
                    blocks: blocks.baseAddress, block_bytes: blockBytes, key_offset: 0, value_offset: keyBytes,
                    capture: nil)
                attn_attention(&call, 0, group, scratch.pointer)
            }
        }
        let floats = UnsafeRawPointer(bytes.pointer)
        let numbers: [Float] = flat.indices.map { i in
            format == ATTN_F32
                ? floats.load(fromByteOffset: 4 * i, as: Float.self)
                : Float(bitPattern: UInt32(floats.load(fromByteOffset: 2 * i, as: UInt16.self)) << 16)
        }
        return tokens.indices.map { t in
            let row = t - tokens.lowerBound
            return (0..<group).map { Array(numbers[(row * group + $0) * d..<(row * group + $0 + 1) * d]) }
        }
    }

    /// One row by the definition, in Double.
    func reference(token: Int, head: Int) -> [Double] {
        let query = queries[token][head]
        let scores = (0...token).map { s in zip(query, keys[s]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } }
        let most = scores.max()!
        let weights = scores.indices.map { s in
            let isSeen = window == 0 || s > token - window
            return token >= hidden.upperBound && hidden.contains(s) || !isSeen ? 0 : Double.exp(scores[s] - most)
        }
        let total = weights.reduce(0, +)
        return (0..<d).map { i in zip(weights, values).reduce(0.0) { $0 + $1.0 * Double($1.1[i]) } / total }
    }
}

extension Double {
    /// e^x for x <= 0, by its series: the tests' own.
    fileprivate static func exp(_ x: Double) -> Double {
        var term = 1.0, sum = 1.0
        let halvings = 10, small = x / 1024
        for n in 1..<14 {
            term *= small / Double(n)
            sum += term
        }
        for _ in 0..<halvings { sum *= sum }
        return sum
    }
}

@Suite("Attention kernel")
struct AttentionKernelTests {
    /// float32: a hundred roundings of 6e-8 on sums of units. bfloat16: weights and results keep 8 bits.
    private func tolerance(_ format: attn_format) -> Double { format == ATTN_F32 ? 2e-5 : 0.02 }

    @Test(
        "Attention equals the definition for every width of heads and size of groups",
        arguments: [2, 8, 16, 24, 64, 80, 96, 100, 128, 256], [1, 2, 7, 8])
    func definition(_ d: Int, _ group: Int) throws {
        for format in [ATTN_F32, ATTN_BF16] {
            let problem = try AttentionProblem(format, length: 150, d: d, group: group, seed: UInt64(d * 100 + group))
            let whole = try problem.kernel(chunks: [150])
            for token in [0, 15, 16, 63, 64, 127, 149] {
                for head in 0..<group {
                    let want = problem.reference(token: token, head: head)
                    let worst = zip(whole[token][head], want).map { abs(Double($0) - $1) }.max()!
                    #expect(worst < tolerance(format), "token \(token), head \(head), \(format): off by \(worst)")
                }
            }
            let decoded = try problem.kernel(chunks: [Int](repeating: 1, count: 150))
            #expect(decoded == whole, "one at a time, \(format)")
            #expect(try problem.kernel(chunks: [1, 62, 3, 64, 13, 7]) == whole, "in chunks, \(format)")
        }
    }

    @Test(
        "Hidden keys weigh nothing from their end on, and everything before is as it was",
        arguments: [0..<1, 3..<17, 60..<70, 64..<128, 1..<149])
    func hidden(_ hidden: Range<Int>) throws {
        for format in [ATTN_F32, ATTN_BF16] {
            let visible = try AttentionProblem(format, length: 150, d: 24, group: 3, seed: 8)
            var problem = visible
            problem.hidden = hidden
            let whole = try problem.kernel(chunks: [150])
            #expect(try whole[..<hidden.upperBound] == visible.kernel(chunks: [150])[..<hidden.upperBound])
            for token in [hidden.upperBound, hidden.upperBound + 1, 149] where token < 150 {
                for head in 0..<3 {
                    let want = problem.reference(token: token, head: head)
                    let worst = zip(whole[token][head], want).map { abs(Double($0) - $1) }.max()!
                    #expect(worst < tolerance(format), "token \(token), head \(head), \(format): off by \(worst)")
                }
            }
            #expect(try problem.kernel(chunks: [Int](repeating: 1, count: 150)) == whole, "one at a time, \(format)")
            #expect(try problem.kernel(chunks: [1, 62, 3, 64, 13, 7]) == whole, "in chunks, \(format)")
        }
    }

    @Test("Keys before the window weigh nothing", arguments: [1, 2, 16, 63, 64, 65, 100, 149, 150], [0..<0, 40..<90])
    func window(_ window: Int, _ hidden: Range<Int>) throws {
        for format in [ATTN_F32, ATTN_BF16] {
            var problem = try AttentionProblem(format, length: 150, d: 24, group: 3, seed: 9)
            let unlimited = try problem.kernel(chunks: [150])
            (problem.window, problem.hidden) = (window, hidden)
            let whole = try problem.kernel(chunks: [150])
            if hidden.isEmpty { #expect(whole[..<window] == unlimited[..<window]) }
            for token in [0, window - 1, window, 63, 64, 127, 149] where token < 150 {
                for head in 0..<3 {
                    let want = problem.reference(token: token, head: head)
                    let worst = zip(whole[token][head], want).map { abs(Double($0) - $1) }.max()!
                    #expect(worst < tolerance(format), "token \(token), head \(head), \(format): off by \(worst)")
                }
            }
            #expect(try problem.kernel(chunks: [Int](repeating: 1, count: 150)) == whole, "one at a time, \(format)")
            #expect(try problem.kernel(chunks: [1, 62, 3, 64, 13, 7]) == whole, "in chunks, \(format)")
        }
    }

    @Test("More query heads than rows that go together take turns", arguments: [47, 48, 49, 100])
    func manyHeads(_ group: Int) throws {
        let problem = try AttentionProblem(ATTN_F32, length: 70, d: 16, group: group, seed: 5)
        let rows = try problem.kernel(chunks: [3, 67])
        for head in [0, 46, 47, group / 2, group - 1] where head < group {
            let want = problem.reference(token: 69, head: head)
            #expect(pairs(rows[69][head], want).allSatisfy { abs(Double($0) - $1) < tolerance(ATTN_F32) })
        }
    }

    @Test("Scratch for long sequences is enough for all shorter ones and smaller groups", arguments: [8, 64, 256])
    func scratch(_ d: Int) {
        for group in [1, 2, 7, 48, 60] {
            var last = 0
            for length in [1, 64, 700, 2600, 2688, 2700, 4000, 9000, 9408, 60_000, 65_536, 65_600, 131_072] {
                let bytes = attn_attention_scratch(length, d, group)
                #expect(bytes >= last, "\(length) tokens, groups of \(group)")
                #expect(bytes >= attn_attention_scratch(length, d, max(1, group - 1)))
                last = bytes
            }
        }
    }
}
