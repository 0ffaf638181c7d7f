import Basics
import Compute
import Foundation
import Influence
import ModelFiles
import Policy
import Sampling
import Tokenizing

@testable import ModelFiles
@testable import Rollouts

/// A policy that costs nothing to compute: what a token stores is a hash of the token, its position and everything that
/// it sees, and logits are a hash of the same. One wrong, missing or stale block changes every token drawn after it.
struct SimulatedModel {
    static let vocabulary = 40
    /// Draws among a thousand that find logits that are not numbers, in models that are damaged.
    static let damagedDraws: UInt64 = 2

    let seed: UInt64
    let isDamaged: Bool

    /// What the token at a position stores, `sum` being the sum of what is stored at the positions it sees.
    func value(of token: Int32, at position: Int, sum: UInt64) -> UInt64 {
        SplitMix.mix(seed &+ UInt64(token) &+ UInt64(position) << 20 &+ SplitMix.mix(sum)) | 1
    }

    /// The logits after a token.
    func fill(_ row: UnsafeMutableBufferPointer<Float>, sum: UInt64, value: UInt64) {
        var hash = SplitMix(state: sum &+ value)
        let words = UInt64.bitWidth / 8
        for first in stride(from: 0, to: row.count, by: words) {
            var word = hash.next()
            for index in first..<min(first + words, row.count) {
                row[index] = Float(word & 255) / 64
                word >>= 8
            }
        }
    }

    /// Whether the draw after a token finds no numbers.
    func isDamaged(sum: UInt64, value: UInt64) -> Bool {
        isDamaged && SplitMix.mix(sum ^ value) % 1000 < Self.damagedDraws
    }

    /// Attention of a query to a key it sees: any numbers will do.
    static func attention(head: Int, query: Int, key: Int) -> Float {
        Float((query &* 7 &+ key &* 13 &+ head &* 29) & 63) / 64
    }

    // MARK: What is known about it

    static let layers = 1
    static let heads = 2

    static let configuration = PolicyConfiguration(
        family: .qwen2, hiddenSize: 4, layerCount: layers, headCount: heads, keyValueHeadCount: 1, headSize: 2,
        feedForwardSize: 4, vocabularySize: vocabulary, contextLength: 512, normEpsilon: 1e-6, rotaryTheta: 10_000,
        rotaryScaling: .none, tiesEmbeddings: true, hasQKVBias: false, hasOutputBias: false,
        hasFeedForwardBias: false, hasQKNorm: false, beginningOfSequence: nil, endOfSequence: [0])

    /// Letters, lines, the end of reasoning, and two tokens that only together are a character.
    static let texts: [String] =
        ["<end>", "Ċ", "ĊĊ", "</think>", "Ã", "©", "Ġ", ".Ċ"]
        + (0..<vocabulary - 8).map { index in
            let letter = String(Character(Unicode.Scalar(UInt8(97 + index % 4))))
            return String(repeating: letter, count: 1 + index / 16) + (index % 16 < 4 ? "" : "\(index)")
        }

    /// Made once: it never changes.
    static let tokenizer: Tokenizer = {
        let entries = texts.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ")
        let json = """
            {"added_tokens": [{"id": 0, "content": "<end>", "special": true, "single_word": false, "lstrip": false,
              "rstrip": false, "normalized": false}],
             "normalizer": null, "post_processor": null,
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
             "model": {"type": "BPE", "vocab": {\(entries)}, "merges": []}}
            """
        return try! Tokenizer(json: Array(json.utf8), configuration: TokenizerConfiguration(eosToken: "<end>"))
    }()

    static let endOfSequence = EndOfSequence(configuration, tokenizer, template: nil)

    static func info(name: String, maxSequenceTokens: Int) -> PolicyInfo {
        PolicyInfo(
            name: name, version: 1,
            versions: [PolicyInfo.Version(number: 1, directory: name, loadedAt: 0, weightBytes: 8)],
            configuration: configuration, precision: .float32, weightFormat: .float32,
            tokenizer: tokenizer, chatTemplate: nil,
            generationDefaults: GenerationDefaults(), endOfSequence: endOfSequence, isUntrained: false,
            maxSequenceTokens: maxSequenceTokens)
    }
}
