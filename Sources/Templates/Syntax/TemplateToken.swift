internal import BigInt

/// A token of a template's source.
struct TemplateToken: Sendable {
    enum Kind: Sendable, Equatable {
        /// Text outside of tags, copied to the output.
        case text(String)
        case blockBegin
        case blockEnd
        case variableBegin
        case variableEnd
        case name(String)
        case whole(BigInt)
        case number(Double)
        case string(String)
        /// A string with a character that cannot be represented.
        case unusableString(String)
        case symbol(String)
        case end
    }

    var kind: Kind
    var line: Int

    /// The token as a template's reader would know it.
    var description: String {
        switch kind {
        case .text: "text"
        case .blockBegin: "'{%'"
        case .blockEnd: "'%}'"
        case .variableBegin: "'{{'"
        case .variableEnd: "'}}'"
        case .name(let name): "'\(name)'"
        case .whole: "a number"
        case .number(let value): "'\(value)'"
        case .string, .unusableString: "a string"
        case .symbol(let symbol): "'\(symbol)'"
        case .end: "the end of the template"
        }
    }
}
