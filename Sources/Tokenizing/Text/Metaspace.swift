import JSONCoding
internal import Matching

/// The SentencePiece convention of writing spaces as a visible character, usually "▁", so that words include theirs.
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
        // Older files have a flag instead, which counts if it is false.
        if try !node["add_prefix_space"].bool(default: true) {
            prepend = .never
        } else if scheme.isNull {
            prepend = .always
        } else {
            switch try scheme.string() {
            case "always": prepend = .always
            case "first": prepend = .first
            case "never": prepend = .never
            default: throw scheme.unsupported("'\(try scheme.string())'", remedy: "Use always, first or never.")
            }
        }
    }

    func apply(_ pieces: inout PreTokenizer.Pieces, _ pass: EncodingPass) throws {
        let origin = pieces.text.originCount
        try pieces.rewrite(pass) { piece, rewritten in
            if prependsReplacement(to: piece, origin, pass.place) { rewritten.append(contentsOf: replacement) }
            for byte in piece {
                if byte == UInt8(ascii: " ") {
                    rewritten.append(contentsOf: replacement)
                } else {
                    rewritten.append(byte)
                }
            }
        }
        if splits {
            try Splitter(pattern: .literal(LiteralPattern(replacement)), behavior: .mergedWithNext)
                .apply(&pieces, pass)
        }
    }

    private func prependsReplacement(
        to piece: ArraySlice<UInt8>, _ origin: Int, _ place: EncodingPass.Place
    ) -> Bool {
        if piece.starts(with: replacement) || piece.first == UInt8(ascii: " ") { return false }
        return switch prepend {
        case .always: !(place == .continuation && piece.startIndex == 0)
        case .first: piece.startIndex < origin
        case .never: false
        }
    }
}
