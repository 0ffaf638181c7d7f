/// Looks for stop texts in a response that arrives piece by piece, and holds back text that may turn out to be the
/// beginning of one.
struct StopMatcher {
    private let stops: [[UInt8]]
    private let longest: Int
    /// Text not yet given out: a suffix of the response that begins some stop text.
    private var held: [UInt8] = []

    init(_ stops: [String]) {
        self.stops = stops.map { Array($0.utf8) }
        longest = self.stops.map(\.count).max() ?? 0
    }

    /// Takes the next piece.
    ///
    /// - Returns: Text that can be given out, and the stop text that was found, the earliest in the response, the
    ///   longest among those that begin there. Text from the stop on is dropped.
    mutating func append(_ piece: String) -> (text: String, found: String?) {
        if stops.isEmpty { return (piece, nil) }
        held += piece.utf8
        for start in held.indices {
            let matches = stops.filter { held[start...].starts(with: $0) }
            if let stop = matches.max(by: { $0.count < $1.count }) {
                defer { held = [] }
                return (String(decoding: held[..<start], as: UTF8.self), String(decoding: stop, as: UTF8.self))
            }
        }
        let kept = firstPossibleStart()
        defer { held.removeSubrange(..<kept) }
        return (String(decoding: held[..<kept], as: UTF8.self), nil)
    }

    /// The response has ended otherwise: what was held back.
    mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// The first place from which the held text begins a stop text. Stop texts begin with whole characters, so the
    /// cut is between characters.
    private func firstPossibleStart() -> Int {
        let earliest = max(0, held.count - longest + 1)
        for start in held.indices.dropFirst(earliest)
        where stops.contains(where: { $0.starts(with: held[start...]) }) { return start }
        return held.count
    }
}
