/// Looks for stop texts in a response that arrives piece by piece, holding back text that may be the beginning of one.
///
/// Each byte costs constant time per stop text (Knuth, Morris, Pratt: "Fast Pattern Matching in Strings", 1977).
struct StopMatcher {
    /// One stop text, and how much of it matches the end of the response so far.
    private struct Stop {
        let text: [UInt8]
        /// For each count of matched bytes, how many still match if the next one differs.
        let fallback: [Int]
        var matched = 0

        init(_ text: String) {
            self.text = Array(text.utf8)
            var fallback = [0, 0]
            for end in self.text.indices.dropFirst() {
                var length = fallback[end]
                while length > 0, self.text[length] != self.text[end] { length = fallback[length] }
                fallback.append(self.text[length] == self.text[end] ? length + 1 : 0)
            }
            self.fallback = fallback
        }

        /// Takes the next byte. Returns whether it completes the text.
        mutating func append(_ byte: UInt8) -> Bool {
            while matched > 0, text[matched] != byte { matched = fallback[matched] }
            if text[matched] == byte { matched += 1 }
            guard matched == text.count else { return false }
            matched = fallback[matched]
            return true
        }
    }

    private var stops: [Stop]
    /// Text not yet released: a suffix of the response that begins some stop text.
    private var held: [UInt8] = []

    /// - Parameter stops: Texts, none of them empty.
    init(_ stops: [String]) { self.stops = stops.map(Stop.init) }

    /// Takes the next piece of text.
    ///
    /// - Parameter ends: Whether a stop text may end here. One that ends earlier is ordinary text; one that only begins
    ///   earlier is found when it ends.
    /// - Returns: Text that can be released, and the stop text found: the earliest in the response, and the longest of
    ///   those that begin there. Text from the stop on is dropped.
    mutating func append(_ piece: String, ends: Bool = true) -> (text: String, found: String?) {
        if stops.isEmpty { return (piece, nil) }
        let new = held.count
        held += piece.utf8
        let matches = stops.indices.compactMap { firstMatch($0, from: new, ends: ends) }
        if let found = matches.min(by: { ($0.lowerBound, $1.count) < ($1.lowerBound, $0.count) }) {
            defer { held = [] }
            return (
                String(decoding: held[..<found.lowerBound], as: UTF8.self), String(decoding: held[found], as: UTF8.self)
            )
        }
        // Stop texts begin with whole characters, so the cut is between characters.
        let given = held.count - (stops.map(\.matched).max() ?? 0)
        defer { held.removeSubrange(..<given) }
        return (String(decoding: held[..<given], as: UTF8.self), nil)
    }

    /// Where a stop text first ends in the held bytes from `new` on.
    private mutating func firstMatch(_ stop: Int, from new: Int, ends: Bool) -> Range<Int>? {
        for end in new..<held.count where stops[stop].append(held[end]) && ends {
            return end + 1 - stops[stop].text.count..<end + 1
        }
        return nil
    }

    /// Releases what was held back, when the response ends for another reason.
    mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }
}
