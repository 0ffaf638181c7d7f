/// The SentencePiece convention of writing spaces as a visible character, usually "▁", so that words carry theirs.
struct Metaspace: Sendable {
    enum PrependScheme: Sendable { case always, first, never }

    let replacement: [UInt8]
    let prepend: PrependScheme
    let splits: Bool

    init(_ node: JSONNode) throws {
        replacement = Array(try node["replacement"].string().utf8)
        guard replacement.count > 0, String(decoding: replacement, as: UTF8.self).unicodeScalars.count == 1 else {
            throw try node["replacement"].malformed("must be one character.")
        }
        splits = try node["split"].bool(default: true)
        let scheme = try node["prepend_scheme"]
        if scheme.isNull {
            // Older files have a flag instead.
            prepend = try node["add_prefix_space"].bool(default: true) ? .always : .never
        } else {
            switch try scheme.string() {
            case "always": prepend = .always
            case "first": prepend = .first
            case "never": prepend = .never
            default: throw scheme.unsupported("'\(try scheme.string())'")
            }
        }
    }

    func apply(_ pieces: inout PreTokenizer.Pieces) {
        let place = pieces.place
        pieces.rewrite { piece, rewritten in
            if prependsReplacement(to: piece, at: piece.startIndex == 0 ? place : .middle) {
                rewritten.append(contentsOf: replacement)
            }
            for byte in piece {
                if byte == UInt8(ascii: " ") {
                    rewritten.append(contentsOf: replacement)
                } else {
                    rewritten.append(byte)
                }
            }
        }
        if splits { Splitter(pattern: .literal(replacement), behavior: .mergedWithNext).apply(&pieces) }
    }

    private func prependsReplacement(to piece: ArraySlice<UInt8>, at place: PreTokenizer.Place) -> Bool {
        if piece.starts(with: replacement) || piece.first == UInt8(ascii: " ") { return false }
        return switch prepend {
        case .always: place != .continuation
        case .first: place == .start
        case .never: false
        }
    }
}
