/// Letters, lines and kinds of characters.
extension PythonText {
    // MARK: Case

    static func lowercased(_ text: String) -> String {
        let lower = text.lowercased()
        guard text.unicodeScalars.contains("Σ") else { return lower }
        // A capital sigma that ends a word becomes a final sigma.
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.map { lowercased(scalars, at: $0) }.joined()
    }

    private static func lowercased(_ scalars: [Unicode.Scalar], at index: Int) -> String {
        guard scalars[index] == "Σ" else { return scalars[index].properties.lowercaseMapping }
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true ? "ς" : "σ"
    }

    static func caseFolded(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x131: result.unicodeScalars.append(scalar)
            case 0x1E9E: result += "ss"
            // Cherokee folds to its capitals.
            case 0x13A0...0x13FD, 0xAB70...0xABBF: result += scalar.properties.uppercaseMapping
            // The different small forms of a capital fold together.
            default:
                for capital in scalar.properties.uppercaseMapping.unicodeScalars {
                    result += capital.properties.lowercaseMapping
                }
            }
        }
        return result
    }

    static func capitalized(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.map { index in
            index == 0 ? scalars[0].properties.titlecaseMapping : lowercased(scalars, at: index)
        }.joined()
    }

    /// Capitalizes every letter that does not follow another letter.
    static func titled(_ text: String) -> String {
        var result = ""
        var followsLetter = false
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            result += followsLetter ? lowercased(scalars, at: index) : scalar.properties.titlecaseMapping
            followsLetter = scalar.properties.isCased
        }
        return result
    }

    static func swappedCase(_ text: String) -> String {
        var result = ""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            result +=
                scalar.properties.isUppercase
                ? lowercased(scalars, at: index)
                : scalar.properties.isLowercase ? scalar.properties.uppercaseMapping : String(scalar)
        }
        return result
    }

    // MARK: Kinds of characters

    /// Whether Python reserves the name, such as `__class__`.
    static func isReserved(_ name: String) -> Bool {
        name.hasPrefix("__") && name.hasSuffix("__") && name.utf8.count > 4
    }

    /// `isalpha` and the like; false for the empty string, except for predicates it satisfies.
    static func classify(_ name: String, _ text: String) -> Bool {
        let scalars = text.unicodeScalars
        switch name {
        case "isascii": return scalars.allSatisfy(\.isASCII)
        case "isprintable": return scalars.allSatisfy(isPrintable)
        case "isupper":
            return scalars.contains(where: \.isPythonUpper) && !scalars.contains { $0.isPythonLower || $0.isTitle }
        case "islower":
            return scalars.contains(where: \.isPythonLower) && !scalars.contains { $0.isPythonUpper || $0.isTitle }
        case "istitle": return isTitled(text)
        case "isidentifier":
            guard let first = scalars.first else { return false }
            return (first == "_" || first.properties.isXIDStart)
                && scalars.dropFirst().allSatisfy { $0.properties.isXIDContinue }
        default: return !text.isEmpty && scalars.allSatisfy { isOfKind(name, $0) }
        }
    }

    private static func isOfKind(_ name: String, _ scalar: Unicode.Scalar) -> Bool {
        switch name {
        case "isspace": scalar.isPythonSpace
        case "isdecimal": scalar.properties.numericType == .decimal
        case "isdigit": scalar.properties.numericType == .decimal || scalar.properties.numericType == .digit
        case "isnumeric": scalar.properties.numericType != nil
        case "isalpha": scalar.isPythonLetter
        default: scalar.isPythonLetter || scalar.properties.numericType != nil
        }
    }

    private static func isTitled(_ text: String) -> Bool {
        var followsLetter = false, hasLetter = false
        for scalar in text.unicodeScalars {
            if scalar.isPythonUpper || scalar.isTitle {
                if followsLetter { return false }
                (followsLetter, hasLetter) = (true, true)
            } else if scalar.isPythonLower {
                if !followsLetter { return false }
                hasLetter = true
            } else {
                followsLetter = false
            }
        }
        return hasLetter
    }

    // MARK: Lines

    static func lines(_ text: String, keepsEnds: Bool = false) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let isHalf = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            let ends = isLineEnd(scalar) && !isHalf
            if keepsEnds || !isLineEnd(scalar) { line.append(scalar) }
            guard ends else { continue }
            lines.append(String(line))
            line = String.UnicodeScalarView()
        }
        let isOpen = scalars.last.map { !isLineEnd($0) } ?? false
        return isOpen ? lines + [String(line)] : lines
    }

    private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    // MARK: Searching

    static func ends(_ text: String, with suffix: String) -> Bool {
        text.utf8.reversed().starts(with: suffix.utf8.reversed())
    }

    /// The byte offsets of occurrences of `part`, without overlaps.
    ///
    /// The empty string occurs before every character and at the end.
    static func occurrences(of part: String, in text: String) -> [Int] {
        let bytes = Array(text.utf8), needle = Array(part.utf8)
        if needle.isEmpty { return bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 } + [bytes.count] }
        var found: [Int] = []
        var position = 0
        while let index = firstIndex(of: needle, in: bytes, from: position) {
            found.append(index)
            position = index + needle.count
        }
        return found
    }

    /// The last occurrence of `part` before `end`.
    static func lastIndex(of part: [UInt8], in text: [UInt8], before end: Int? = nil) -> Int? {
        var index = (end ?? text.count) - part.count
        while index >= 0 {
            if text[index..<index + part.count].elementsEqual(part) { return index }
            index -= 1
        }
        return nil
    }

    /// The last occurrences of `part` without overlaps, found from the end, in ascending order.
    static func lastOccurrences(of part: [UInt8], in text: [UInt8], limit: Int) -> [Int] {
        var found: [Int] = []
        var end = text.count
        while found.count < limit, let index = lastIndex(of: part, in: text, before: end) {
            found.append(index)
            end = index
        }
        return found.reversed()
    }
}

extension Unicode.Scalar {
    /// Whether Python's `str.strip` removes it and `\s` matches it.
    var isPythonSpace: Bool {
        properties.isWhitespace || (0x1C...0x1F).contains(value)
    }

    var isPythonLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    /// Whether Python's `\w` matches it.
    var isPythonWord: Bool { self == "_" || isPythonLetter || properties.numericType != nil }

    fileprivate var isPythonUpper: Bool { properties.isUppercase }
    fileprivate var isPythonLower: Bool { properties.isLowercase }
    fileprivate var isTitle: Bool { properties.generalCategory == .titlecaseLetter }
}
