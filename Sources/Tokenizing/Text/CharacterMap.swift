import Foundation
import JSONCoding

/// SentencePiece's compiled normalization rules: the replacements of characters, alone or in clusters.
///
/// A double-array trie of 32-bit units, then the replacements, each terminated by a zero byte. Source: SentencePiece's
/// `precompiled_charsmap`; units are laid out as in darts-clone.
struct CharacterMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]

    /// Clusters of at least this many bytes are only processed character by character.
    private static let clusterLimit = 6

    init(_ node: JSONNode) throws {
        guard let data = Data(base64Encoded: try node.string()) else { throw node.malformed("must be Base64.") }
        let bytes = Array(data)
        guard bytes.count >= 4 else { throw node.malformed("must begin with the size of a trie.") }
        let size = Int(Self.word(bytes, 0))
        guard size <= bytes.count - 4 else { throw node.malformed("is shorter than the trie it announces.") }
        units = (0..<size / 4).map { Self.word(bytes, 4 + 4 * $0) }
        replacements = Array(bytes[(4 + size)...])
        guard String(validating: replacements, as: UTF8.self) != nil else {
            throw node.malformed("must have replacements in UTF-8.")
        }
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
    }

    func apply(_ text: inout StagedText, _ pass: EncodingPass) throws {
        var written: [UInt8] = []
        var position = 0, origin = 0
        var replaced = String(decoding: text.bytes, as: UTF8.self).unicodeScalars.makeIterator()
        func write(_ replacement: some Collection<UInt8>, for scalarCount: Int) {
            written.append(contentsOf: replacement)
            if position < text.originCount { origin = written.count }
            // As in the reference implementation, removing text at the very beginning does not count: what follows
            // keeps its position.
            guard !written.isEmpty else { return }
            for _ in 0..<scalarCount { position += replaced.next().map(UTF8.width) ?? 0 }
        }
        for cluster in String(decoding: text.bytes, as: UTF8.self) {
            let bytes = Array(cluster.utf8)
            if bytes.count < Self.clusterLimit, let replacement = replacement(of: bytes) {
                write(replacement, for: cluster.unicodeScalars.count)
                continue
            }
            for scalar in cluster.unicodeScalars {
                let bytes = Array(String(scalar).utf8)
                write(replacement(of: bytes) ?? bytes[...], for: 1)
            }
            try pass.checkSize(written.count)
        }
        text = StagedText(bytes: written, originCount: origin)
    }

    /// The replacement for the shortest key that `key` begins with: SentencePiece takes the longest, the `tokenizers`
    /// library the shortest.
    private func replacement(of key: [UInt8]) -> ArraySlice<UInt8>? {
        guard var unit = units.first else { return nil }
        var node = offset(unit)
        for byte in key {
            guard byte != 0 else { return nil }
            node ^= Int(byte)
            guard node < units.count else { return nil }
            unit = units[node]
            guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
            node ^= offset(unit)
            guard node < units.count else { return nil }
            if unit >> 8 & 1 == 1 { return replacement(at: Int(units[node] & 0x7FFF_FFFF)) }
        }
        return nil
    }

    private func offset(_ unit: UInt32) -> Int {
        Int(unit >> 10) << Int((unit & 1 << 9) >> 6)
    }

    private func replacement(at start: Int) -> ArraySlice<UInt8>? {
        guard start <= replacements.count else { return nil }
        let rest = replacements[start...]
        return rest[..<(rest.firstIndex(of: 0) ?? rest.endIndex)]
    }
}
