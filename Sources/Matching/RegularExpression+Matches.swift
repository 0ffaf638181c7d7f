internal import CPCRE2

extension RegularExpression {
    /// Calls `body` with each match in `text[range]`, leftmost first and without overlap; the expression sees nothing
    /// outside `range`. An empty match right after another match does not count, as in Oniguruma's Rust binding.
    ///
    /// - Precondition: `text[range]` is valid UTF-8.
    public func forEachMatch(
        in text: [UInt8], _ range: Range<Int>, deadline: SearchDeadline, _ body: (Range<Int>) -> Void
    ) throws(SearchDeadline.Exceeded) {
        try text.withUnsafeBufferPointer { buffer throws(SearchDeadline.Exceeded) in
            guard let base = buffer.baseAddress.map({ $0 + range.lowerBound }) else { return }
            let search = MatchSearch(self, base, range.count, deadline)
            try search.run { body(range.lowerBound + $0.lowerBound..<range.lowerBound + $0.upperBound) }
        }
    }

    /// PCRE2's result code.
    ///
    /// JIT-compiled code has a small stack of its own; a pattern that needs more is interpreted, using the heap.
    func match(
        _ text: UnsafePointer<UInt8>, _ count: Int, from start: Int, _ options: UInt32, _ data: OpaquePointer?,
        _ context: OpaquePointer?
    ) -> Int32 {
        let options = options | PCRE2_NO_UTF_CHECK
        let result = pcre2_match_8(code, text, count, start, options, data, context)
        guard result == PCRE2_ERROR_JIT_STACKLIMIT else { return result }
        return pcre2_match_8(code, text, count, start, options | PCRE2_NO_JIT, data, context)
    }

    /// The position one character further.
    static func next(after position: Int, _ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var next = position + 1
        while next < count, text[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }
}

/// All matches in one text, in bounded time.
///
/// PCRE2 limits the steps per starting position, not per search, and cannot be interrupted. So a search covers only as
/// many positions at a time as are sure to take little time with few steps each; if those steps do not suffice,
/// positions are tried one by one with increasing step limits, as long as the deadline allows.
struct MatchSearch {
    /// The step limit per starting position, which honest patterns rarely exceed.
    static let quickLimit: UInt32 = 1000
    private static let windowProduct = 1_000_000
    private static let longestWindow = 4096
    /// Checking the clock costs more than a short call.
    private static let callsPerCheck = 16

    private let expression: RegularExpression
    private let text: UnsafePointer<UInt8>
    private let count: Int
    private let deadline: SearchDeadline
    /// The number of starting positions per call: a step can read the whole text, so there are fewer in long ones.
    private let window: Int

    init(_ expression: RegularExpression, _ text: UnsafePointer<UInt8>, _ count: Int, _ deadline: SearchDeadline) {
        self.expression = expression
        self.text = text
        self.count = count
        self.deadline = deadline
        window = min(max(Self.windowProduct / max(count, 1), 1), Self.longestWindow)
    }

    func run(_ body: (Range<Int>) -> Void) throws(SearchDeadline.Exceeded) {
        let data = pcre2_match_data_create_8(1, nil)
        let context = count <= window ? expression.quickSearch : pcre2_match_context_create_8(nil)
        defer {
            pcre2_match_data_free_8(data)
            if count > window { pcre2_match_context_free_8(context) }
        }
        if count > window { pcre2_set_match_limit_8(context, Self.quickLimit) }

        var position = 0
        var lastEnd: Int?
        while position <= count, let found = try next(from: position, data, context) {
            if found.isEmpty, found.upperBound == lastEnd {
                position = RegularExpression.next(after: position, text, count)
            } else {
                body(found)
                position = found.upperBound
                lastEnd = position
            }
        }
    }

    private func next(
        from start: Int, _ data: OpaquePointer?, _ context: OpaquePointer?
    ) throws(SearchDeadline.Exceeded) -> Range<Int>? {
        var start = start
        var calls = 0
        while true {
            calls += 1
            let end = min(start + window, count)
            if count > window { pcre2_set_offset_limit_8(context, end) }
            let result = expression.match(text, count, from: start, 0, data, context)
            if result >= 0 { return bounds(data, from: start) }
            if result != PCRE2_ERROR_NOMATCH, let found = try searchSlowly(start...end, data) { return found }
            guard end < count else { return nil }
            if calls % Self.callsPerCheck == 0 { try deadline.check() }
            start = RegularExpression.next(after: end, text, count)
        }
    }

    private func bounds(_ data: OpaquePointer?, from start: Int) -> Range<Int>? {
        guard let bounds = pcre2_get_ovector_pointer_8(data) else { return nil }
        // `\K` can place a match's start after its end.
        let lower = min(max(bounds[0], start), count)
        return lower..<min(max(lower, bounds[1]), count)
    }

    /// Tries starting positions one by one.
    private func searchSlowly(
        _ starts: ClosedRange<Int>, _ data: OpaquePointer?
    ) throws(SearchDeadline.Exceeded) -> Range<Int>? {
        let context = pcre2_match_context_create_8(nil)
        defer { pcre2_match_context_free_8(context) }
        var start = starts.lowerBound
        while start <= starts.upperBound {
            if try matches(at: start, data, context) { return bounds(data, from: start) }
            try deadline.check()
            start = RegularExpression.next(after: start, text, count)
        }
        return nil
    }

    private func matches(
        at start: Int, _ data: OpaquePointer?, _ context: OpaquePointer?
    ) throws(SearchDeadline.Exceeded) -> Bool {
        var limit = Self.quickLimit
        while true {
            pcre2_set_match_limit_8(context, limit)
            let begin = SearchDeadline.now()
            let result = expression.match(text, count, from: start, PCRE2_ANCHORED, data, context)
            if result >= 0 { return true }
            if result == PCRE2_ERROR_NOMATCH { return false }
            // The next try takes some four times as long; failures other than reaching the step limit would recur.
            let seconds = 4 * (SearchDeadline.now() - begin)
            guard result == PCRE2_ERROR_MATCHLIMIT, limit < UInt32.max / 4, seconds < deadline.secondsLeft else {
                throw SearchDeadline.Exceeded()
            }
            limit *= 4
        }
    }
}
