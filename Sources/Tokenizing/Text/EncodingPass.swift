internal import Matching

/// What the encoding stages know about the stretch of text they process.
struct EncodingPass: Sendable {
    /// The place of a stretch of text.
    enum Place: Sendable {
        /// At the beginning of the caller's text.
        case start
        /// At the beginning of the caller's text, which continues earlier tokens.
        case continuation
        /// After an added token.
        case middle
    }

    var place: Place
    let deadline: SearchDeadline
    /// The most bytes a stage may produce from a text.
    let sizeLimit: Int

    init(place: Place = .start, forBytes byteCount: Int) {
        self.place = place
        deadline = SearchDeadline(forBytes: byteCount)
        sizeLimit = max(Self.leastSizeLimit, Self.growthLimit * byteCount)
    }

    private static let leastSizeLimit = 64 << 20
    private static let growthLimit = 64

    /// This pass for a stretch at another place.
    func at(_ place: Place) -> EncodingPass {
        var pass = self
        pass.place = place
        return pass
    }

    func checkSize(_ byteCount: Int) throws {
        guard byteCount <= sizeLimit else {
            throw TokenizerError(
                code: .limit, file: "tokenizer.json",
                message: "its normalizer or pre-tokenizer makes more than \(sizeLimit) bytes of the text.")
        }
    }
}

/// A text on its way through the stages.
struct StagedText: Sendable {
    var bytes: [UInt8]
    /// How many bytes at the beginning are at the beginning of the caller's text; 0 if its first character was removed,
    /// or if the text is at another place. Used by Metaspace's `first`.
    var originCount: Int

    init(_ bytes: [UInt8], _ place: EncodingPass.Place) {
        self.bytes = bytes
        let first = bytes.first.map(UTF8Scalar.length(leading:)) ?? 0
        originCount = place == .start ? min(first, bytes.count) : 0
    }

    /// A part of the text.
    func slice(_ range: Range<Int>) -> StagedText {
        let origin = min(originCount, range.upperBound) - range.lowerBound
        return StagedText(bytes: Array(bytes[range]), originCount: max(origin, 0))
    }

    /// Replaces each character by what `body` appends for it.
    mutating func rewrite(_ body: (Unicode.Scalar, inout [UInt8]) throws -> Void) rethrows {
        var written: [UInt8] = []
        written.reserveCapacity(bytes.count)
        var position = 0, origin = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let standsAtOrigin = position < originCount
            position += UTF8.width(scalar)
            try body(scalar, &written)
            if standsAtOrigin { origin = written.count }
        }
        bytes = written
        originCount = origin
    }

    mutating func filter(_ keeps: (Unicode.Scalar) -> Bool) {
        rewrite { scalar, written in
            if keeps(scalar) { written.append(contentsOf: String(scalar).utf8) }
        }
    }
}
