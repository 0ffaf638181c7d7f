internal import CPCRE2

extension RegularExpression {
    /// The outcome of a search for captures.
    public enum SearchResult: Sendable, Equatable {
        /// The text of each group, the whole match first; nil for a group that did not participate.
        case match([String?])
        case noMatch
        /// The search was abandoned because it exceeded its step or memory limit.
        case overLimit
    }

    /// The number of capture groups.
    public var groupCount: Int {
        var count: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        return Int(count)
    }

    /// The least step limit of a search, however many there are: patterns that read an answer take some dozens of
    /// steps.
    private static let leastLimit: UInt32 = 1000

    /// The last match in a text, searching from the left without overlap.
    ///
    /// - Parameter limit: The step limit of the first search, PCRE2's match limit: a count, so that the result depends
    ///   only on the pattern and the text, never on how busy the machine is. The limit of the k-th search is a k-th of
    ///   it, but at least `leastLimit`, so that many searches just within their limit do not add up to minutes.
    public func lastMatch(in text: String, limit: UInt32) -> SearchResult {
        let utf8 = Array(text.utf8)
        let data = pcre2_match_data_create_from_pattern_8(code, nil)
        let context = pcre2_match_context_create_8(nil)
        defer {
            pcre2_match_data_free_8(data)
            pcre2_match_context_free_8(context)
        }
        // In KiB; bounds the backtracking state of nested repetition.
        pcre2_set_heap_limit_8(context, 65_536)
        var last = SearchResult.noMatch
        var position = 0, searches: UInt32 = 0
        while position <= utf8.count {
            searches += 1
            pcre2_set_match_limit_8(context, max(limit / searches, Self.leastLimit))
            let result = match(utf8, utf8.count, from: position, 0, data, context)
            if result == PCRE2_ERROR_NOMATCH { break }
            guard result > 0, let bounds = pcre2_get_ovector_pointer_8(data) else { return .overLimit }
            last = .match(Self.groups(utf8, bounds, groupCount + 1))
            // `\K` can place a match's start after its end.
            position = bounds[1] > max(bounds[0], position) ? bounds[1] : Self.next(after: bounds[1], utf8, utf8.count)
        }
        return last
    }

    private static func groups(_ text: [UInt8], _ bounds: UnsafePointer<Int>, _ count: Int) -> [String?] {
        (0..<count).map { group in
            let start = bounds[2 * group], end = bounds[2 * group + 1]
            // Both offsets of an unset group have the largest value, which is -1 as a signed number.
            guard start >= 0, end >= start, end <= text.count else { return nil }
            return String(decoding: text[start..<end], as: UTF8.self)
        }
    }
}
