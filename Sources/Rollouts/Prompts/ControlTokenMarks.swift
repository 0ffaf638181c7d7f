import Basics
import Tokenizing

/// Finds the control tokens in a rendered chat that came from its messages.
///
/// A mark, a Unicode noncharacter, is put before each special token's text in a message. Templates carry marks along
/// with the text. They are removed after rendering, and no special token counts that begins at a mark or spans one, nor
/// one that forms only where a message meets the text next to it. Otherwise templates see the text as it was: they
/// split a message at "</think>" and write "<|user|>" around a role.
struct ControlTokenMarks {
    private static let candidates = (0xFDD0...0xFDEF).compactMap { Unicode.Scalar($0 as UInt32) }

    private let mark: [UInt8]
    /// As escaped in JSON.
    private let escapedMark: [UInt8]
    private let beginnings: ByteTrie
    /// The proper suffixes of special tokens' texts.
    private let endings: Set<ArraySlice<UInt8>>
    private let longestEnding: Int

    /// - Throws: `PromptError.noMarker` if the chat already uses every candidate character.
    init(_ tokenizer: Tokenizer, avoiding chat: ChatPrompt) throws(PromptError) {
        var used = Set<Unicode.Scalar>()
        for text in try ChatVariables(chat, { $0 }).texts {
            used.formUnion(text.unicodeScalars.lazy.filter { 0xFDD0...0xFDEF ~= $0.value })
        }
        used.formUnion((tokenizer.chatTemplate ?? "").unicodeScalars.lazy.filter { 0xFDD0...0xFDEF ~= $0.value })
        guard let scalar = Self.candidates.first(where: { !used.contains($0) }) else { throw .noMarker }
        mark = Array(String(scalar).utf8)
        escapedMark = Array("\\u\(String(scalar.value, radix: 16))".utf8)
        let tokens = tokenizer.specialTokens.map { Array($0.utf8) }
        beginnings = ByteTrie(tokens)
        endings = Set(tokens.flatMap { token in token.indices.dropFirst().map { token[$0...] } })
        longestEnding = endings.lazy.map(\.count).max() ?? 0
    }

    /// Returns a message's text with marks inserted.
    func insert(into text: String) -> String {
        let bytes = Array(text.utf8)
        let places = bytes.indices.filter { isSuspect($0, in: bytes) }
        guard !places.isEmpty else { return text }
        var marked: [UInt8] = []
        marked.reserveCapacity(bytes.count + places.count * mark.count)
        var end = 0
        for place in places {
            marked += bytes[end..<place] + mark
            end = place
        }
        return String(decoding: marked + bytes[end...], as: UTF8.self)
    }

    /// Whether a special token begins at `place`, or the end of one that begins before the text.
    private func isSuspect(_ place: Int, in text: [UInt8]) -> Bool {
        if beginnings.matches(text, at: place) { return true }
        guard place == 0 else { return false }
        return (0...min(longestEnding, text.count)).contains { endings.contains(text[..<$0]) }
    }

    /// Removes the marks from a rendered chat; `plain` is where they were, as byte ranges that special tokens may not
    /// touch.
    func remove(from rendered: String) -> (text: String, plain: [Range<Int>]) {
        let bytes = Array(rendered.utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var plain: [Range<Int>] = []
        var place = 0
        while place < bytes.count {
            if let length = markLength(bytes, at: place) {
                plain.append(text.count..<text.count + 1)
                place += length
            } else {
                text.append(bytes[place])
                place += 1
            }
        }
        return (String(decoding: text, as: UTF8.self), plain)
    }

    private func markLength(_ bytes: [UInt8], at place: Int) -> Int? {
        guard bytes[place] == mark[0] || bytes[place] == escapedMark[0] else { return nil }
        return [mark, escapedMark].first { bytes[place...].starts(with: $0) }?.count
    }
}

/// A set of byte strings, to find where one begins in a text.
private struct ByteTrie {
    /// The child of node `n` by byte `b` has key `n << 8 | b`; node 0 is the root.
    private var children: [Int: Int] = [:]
    private var isEnd = [false]
    private var isFirst = [Bool](repeating: false, count: 256)

    init(_ words: [[UInt8]]) {
        for word in words where !word.isEmpty {
            isFirst[Int(word[0])] = true
            var node = 0
            for byte in word {
                let key = node << 8 | Int(byte)
                if let child = children[key] {
                    node = child
                } else {
                    children[key] = isEnd.count
                    node = isEnd.count
                    isEnd.append(false)
                }
            }
            isEnd[node] = true
        }
    }

    /// Whether a word begins at `start`, or the text ends within one.
    func matches(_ text: [UInt8], at start: Int) -> Bool {
        guard isFirst[Int(text[start])] else { return false }
        var node = 0
        for byte in text[start...] {
            guard let child = children[node << 8 | Int(byte)] else { return false }
            node = child
            if isEnd[node] { return true }
        }
        return true
    }
}
