internal import Matching

/// Parses a bracket class in Oniguruma's syntax: characters, ranges, escapes, named classes, nested classes, and `&&`.
struct CharacterSetParser {
    typealias SyntaxError = RegularExpression.SyntaxError

    private(set) var input: ArraySlice<Unicode.Scalar>
    private let depth: Int

    private static let maximumDepth = 50

    /// - Parameter input: What follows the opening bracket.
    init(_ input: ArraySlice<Unicode.Scalar>, depth: Int = 0) {
        self.input = input
        self.depth = depth
    }

    mutating func parse() throws(SyntaxError) -> CharacterSet {
        guard depth < Self.maximumDepth else { throw SyntaxError(message: "classes nested too deep") }
        let isComplement = input.first == "^"
        if isComplement { input.removeFirst() }
        var operands: [CharacterSet] = []
        var items = "", sets: [CharacterSet] = []
        func operand() -> CharacterSet {
            if sets.isEmpty { return .items(items) }
            return items.isEmpty && sets.count == 1 ? sets[0] : .union((items.isEmpty ? [] : [.items(items)]) + sets)
        }
        // A bracket right after the opening one is literal.
        if input.first == "]" { items += "\\" + String(input.removeFirst()) }
        while let scalar = input.popFirst() {
            switch scalar {
            case "]":
                operands.append(operand())
                let set = operands.count == 1 ? operands[0] : .intersection(operands)
                return isComplement ? .complement(set) : set
            case "[": sets.append(try bracket())
            case "&" where input.first == "&":
                input.removeFirst()
                operands.append(operand())
                (items, sets) = ("", [])
            case "\\":
                guard let escape = input.popFirst() else { throw SyntaxError(message: "a backslash at the end") }
                switch escape {
                case "w": items += Self.items(of: .word)
                case "W": sets.append(.complement(.word))
                default:
                    switch try Self.set(ofEscape: escape, &input) {
                    case .items(let more): items += more
                    case let set?: sets.append(set)
                    case nil: items += try Self.character(ofEscape: escape, &input)
                    }
                }
            default: items += String(scalar)
            }
        }
        throw SyntaxError(message: "a character class without an end")
    }

    private static func items(of set: CharacterSet) -> String {
        if case .items(let items) = set { items } else { "" }
    }

    /// A nested class, whose bracket has been read: `[:name:]` or any other.
    private mutating func bracket() throws(SyntaxError) -> CharacterSet {
        if input.first == ":", let end = input.firstIndex(of: "]"), input[end - 1] == ":", end - input.startIndex > 1 {
            var name = input[input.startIndex + 1..<end - 1]
            let isComplement = name.first == "^"
            if isComplement { name.removeFirst() }
            let text = String(String.UnicodeScalarView(name))
            guard let set = UnicodeProperty.bracketClass(text) else {
                throw SyntaxError(message: "the character class '[:\(text):]'")
            }
            input = input[(end + 1)...]
            return isComplement ? .complement(set) : set
        }
        var nested = CharacterSetParser(input, depth: depth + 1)
        let set = try nested.parse()
        input = nested.input
        return set
    }

    // MARK: Escapes

    /// The set denoted by an escape whose letter has been read; nil if it denotes one character.
    static func set(
        ofEscape scalar: Unicode.Scalar, _ input: inout ArraySlice<Unicode.Scalar>
    ) throws(SyntaxError) -> CharacterSet? {
        switch scalar {
        case "s": .whiteSpace
        case "S": .complement(.whiteSpace)
        case "h": .hexDigit
        case "H": .complement(.hexDigit)
        case "d": .items(#"\p{Nd}"#)
        case "D": .items(#"\P{Nd}"#)
        case "p", "P": try property(isComplement: scalar == "P", &input)
        default: nil
        }
    }

    private static func property(
        isComplement: Bool, _ input: inout ArraySlice<Unicode.Scalar>
    ) throws(SyntaxError) -> CharacterSet {
        guard input.first == "{", let end = input.firstIndex(of: "}") else {
            throw SyntaxError(message: "'\\p' without a name in braces")
        }
        var name = input[input.startIndex + 1..<end]
        input = input[(end + 1)...]
        var isComplement = isComplement
        if name.first == "^" {
            name.removeFirst()
            isComplement.toggle()
        }
        return UnicodeProperty.set(String(String.UnicodeScalarView(name)), isComplement: isComplement)
    }

    /// One character for PCRE2, if its escape letter differs.
    static func character(
        ofEscape scalar: Unicode.Scalar, _ input: inout ArraySlice<Unicode.Scalar>
    ) throws(SyntaxError) -> String {
        switch scalar {
        case "v": return "\\x{b}"
        case "u":
            let digits = input.prefix(4)
            guard digits.count == 4, digits.allSatisfy(\.properties.isASCIIHexDigit) else {
                throw SyntaxError(message: "'\\u' without four hexadecimal digits")
            }
            input = input.dropFirst(4)
            return "\\x{\(String(String.UnicodeScalarView(digits)))}"
        default: return "\\" + String(scalar)
        }
    }
}
