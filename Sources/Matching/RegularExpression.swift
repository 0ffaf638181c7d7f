internal import CPCRE2

/// A compiled regular expression over UTF-8 bytes, matched by PCRE2 with its just-in-time compiler.
///
/// `@unchecked Sendable`: compiled code is immutable after `init`, and each search has its own match data, as PCRE2
/// requires for use from several threads.
public final class RegularExpression: @unchecked Sendable {
    let code: OpaquePointer
    /// The match context of a search expected to be quick; read-only.
    let quickSearch: OpaquePointer?

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
            utf8, utf8.count,
            PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT, &error, &offset,
            context)
        guard let compiled else {
            throw SyntaxError(message: "\(Self.message(of: error)) at byte \(offset) of \(pattern)")
        }
        code = compiled
        // Without JIT support (on an unusual processor) PCRE2 interprets the pattern: slower, but with the same
        // matches.
        pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
        quickSearch = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(quickSearch, MatchSearch.quickLimit)
    }

    deinit {
        pcre2_match_context_free_8(quickSearch)
        pcre2_code_free_8(code)
    }

    private static func message(of error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(error, &buffer, buffer.count)
        return length > 0 ? String(decoding: buffer[..<Int(length)], as: UTF8.self) : "error \(error)"
    }
}
