internal import CPCRE2

/// A compiled regular expression over UTF-8 bytes, matched by PCRE2 with its just-in-time compiler.
///
/// `@unchecked Sendable`: compiled code is immutable after `init`, and each search brings its own match data, which is
/// how PCRE2 documents use from several threads.
public final class RegularExpression: @unchecked Sendable {
    let code: OpaquePointer

    /// Why a pattern cannot be compiled.
    public struct SyntaxError: Error, Sendable, Equatable {
        public var message: String

        public init(message: String) { self.message = message }
    }

    /// Compiles a pattern in PCRE2's syntax, with Unicode classes; `^` and `$` also match at line breaks.
    public init(_ pattern: String) throws(SyntaxError) {
        let context = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
        pcre2_set_parens_nest_limit_8(context, 50)

        var error: Int32 = 0
        var offset = 0
        let utf8 = Array(pattern.utf8)
        let compiled = pcre2_compile_8(
            utf8, utf8.count, PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error, &offset,
            context)
        guard let compiled else {
            throw SyntaxError(message: "\(Self.message(of: error)) at byte \(offset) of \(pattern)")
        }
        code = compiled
        // Without the compiler (an unusual processor) PCRE2 interprets the pattern: slower, same matches.
        pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
    }

    deinit {
        pcre2_code_free_8(code)
    }

    /// Calls `body` with each match in `text[range]`, leftmost first and without overlap; the expression sees nothing
    /// outside `range`.
    ///
    /// - Precondition: `text[range]` is valid UTF-8.
    public func forEachMatch(in text: [UInt8], _ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        let data = pcre2_match_data_create_8(1, nil)
        defer { pcre2_match_data_free_8(data) }
        text.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress.map({ $0 + range.lowerBound }) else { return }
            var position = 0
            while position <= range.count, match(base, range.count, from: position, data) > 0 {
                let bounds = pcre2_get_ovector_pointer_8(data)!
                let found = bounds[0]..<max(bounds[0], bounds[1])
                body(range.lowerBound + found.lowerBound..<range.lowerBound + found.upperBound)
                position = found.isEmpty ? Self.next(after: found.upperBound, base, range.count) : found.upperBound
            }
        }
    }

    /// PCRE2's result code.
    ///
    /// A pattern that needs more stack than compiled code has is interpreted on the heap; one that needs more steps
    /// than PCRE2's limit counts as not matching, so that text can stall nothing.
    private func match(_ text: UnsafePointer<UInt8>, _ count: Int, from start: Int, _ data: OpaquePointer?) -> Int32 {
        let options = PCRE2_NO_UTF_CHECK
        let result = pcre2_match_8(code, text, count, start, options, data, nil)
        guard result == PCRE2_ERROR_JIT_STACKLIMIT else { return result }
        return pcre2_match_8(code, text, count, start, options | PCRE2_NO_JIT, data, nil)
    }

    /// Where to look after an empty match: one character on.
    private static func next(after position: Int, _ text: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var next = position + 1
        while next < count, text[next] & 0xC0 == 0x80 { next += 1 }
        return next
    }

    private static func message(of error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(error, &buffer, buffer.count)
        return length > 0 ? String(decoding: buffer[..<Int(length)], as: UTF8.self) : "error \(error)"
    }
}
