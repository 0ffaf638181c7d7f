/// The methods of Python's strings, lists and dictionaries that templates use.
enum PythonMethods {
    // MARK: Dictionaries and lists

    /// Nil where dictionaries have no such method.
    static func call(
        _ name: String, on object: TemplateObject, _ call: inout TemplateCall
    ) throws(TemplateError) -> TemplateValue? {
        switch name {
        case "items": return .array(object.members.map { .array([.string($0.key), $0.value]) })
        case "keys": return .array(object.keys.map { .string($0) })
        case "values": return .array(object.values)
        case "get":
            let key = try call.require("key")
            let fallback = call.take("default") ?? TemplateValue.none
            guard case .string(let key) = key else { return fallback }
            return object[key] ?? fallback
        default: return nil
        }
    }

    static func call(
        _ name: String, on elements: [TemplateValue], _ call: inout TemplateCall
    ) throws(TemplateError) -> TemplateValue? {
        switch name {
        case "count":
            let value = try call.require("value")
            return .integer(elements.count { $0.isEqual(to: value) })
        case "index":
            let value = try call.require("value")
            guard let index = elements.firstIndex(where: { $0.isEqual(to: value) }) else {
                throw call.failure("does not find its value")
            }
            return .integer(index)
        default: throw unsupported(name, "list", call.line)
        }
    }

    private static func unsupported(_ name: String, _ kind: String, _ line: Int) -> TemplateError {
        TemplateError(code: .unsupported, line: line, message: "the \(kind) method '\(name)' is not supported.")
    }

    // MARK: Strings

    static func call(
        _ name: String, on text: String, _ call: inout TemplateCall, _ interpreter: TemplateInterpreter
    ) throws(TemplateError) -> TemplateValue? {
        try interpreter.charge(text.utf8.count / 64, call.line)
        switch name {
        case "upper": return .string(text.uppercased())
        case "lower": return .string(text.lowercased())
        case "title": return .string(titled(text))
        case "capitalize": return .string(capitalized(text))
        case "strip": return .string(stripped(text, try call.string("chars"), left: true, right: true))
        case "lstrip": return .string(stripped(text, try call.string("chars"), left: true, right: false))
        case "rstrip": return .string(stripped(text, try call.string("chars"), left: false, right: true))
        case "startswith": return .bool(try affixes(&call).contains { text.utf8.starts(with: $0.utf8) })
        case "endswith":
            return .bool(try affixes(&call).contains { text.utf8.reversed().starts(with: $0.utf8.reversed()) })
        case "removeprefix": return .string(removingPrefix(try call.requireString("prefix"), from: text))
        case "removesuffix": return .string(removingSuffix(try call.requireString("suffix"), from: text))
        case "splitlines": return .array(lines(text, keepsEnds: call.flag("keepends", default: false)))
        case "join": return .string(try interpreter.join(try call.require("iterable"), with: text, call.line))
        case "split", "rsplit", "replace", "find", "rfind", "count":
            return try search(name, text, &call, interpreter)
        default:
            if let result = classify(name, text) { return .bool(result) }
            throw unsupported(name, "string", call.line)
        }
    }

    /// Methods that look for one string in another.
    private static func search(
        _ name: String, _ text: String, _ call: inout TemplateCall, _ interpreter: TemplateInterpreter
    ) throws(TemplateError) -> TemplateValue {
        let part = name == "split" || name == "rsplit" ? try call.string("sep") : try call.requireString("sub")
        if let part { try interpreter.chargeSearch(for: part, in: text, call.line) }
        switch name {
        case "split": return .array(try split(text, part, try call.integer("maxsplit") ?? -1, call, fromEnd: false))
        case "rsplit": return .array(try split(text, part, try call.integer("maxsplit") ?? -1, call, fromEnd: true))
        case "replace":
            let replacement = try call.requireString("new")
            let limit = try call.integer("count") ?? -1
            return .string(try replaced(text, part ?? "", replacement, limit, call.line))
        case "count": return .integer(occurrences(of: part ?? "", in: text).count)
        default:
            let found = occurrences(of: part ?? "", in: text, overlapping: true)
            guard let start = name == "find" ? found.first : found.last else { return .integer(-1) }
            return .integer(String(decoding: Array(text.utf8)[..<start], as: UTF8.self).unicodeScalars.count)
        }
    }

    /// Where `part` occurs, as byte offsets.
    ///
    /// The empty string occurs before every character and at the end.
    private static func occurrences(of part: String, in text: String, overlapping: Bool = false) -> [Int] {
        let bytes = Array(text.utf8), needle = Array(part.utf8)
        if needle.isEmpty { return bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 } + [bytes.count] }
        var found: [Int] = []
        var position = 0
        while let index = PythonText.firstIndex(of: needle, in: bytes, from: position) {
            found.append(index)
            position = index + (overlapping ? 1 : needle.count)
        }
        return found
    }

    static func replaced(
        _ text: String, _ part: String, _ replacement: String, _ limit: Int, _ line: Int
    ) throws(TemplateError) -> String {
        let all = occurrences(of: part, in: text)
        let found = limit < 0 ? all[...] : all.prefix(limit)
        let (growth, overflows) = found.count.multipliedReportingOverflow(by: replacement.utf8.count)
        try TemplateArithmetic.checkSize(bytes: overflows ? Int.max : text.utf8.count + growth, line)
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var end = 0
        for index in found {
            result += bytes[end..<index]
            result += replacement.utf8
            end = index + part.utf8.count
        }
        return String(decoding: result + bytes[end...], as: UTF8.self)
    }

    private static func split(
        _ text: String, _ separator: String?, _ limit: Int, _ call: TemplateCall, fromEnd: Bool
    ) throws(TemplateError) -> [TemplateValue] {
        guard let separator else { return try splitAtSpace(text, limit, call, fromEnd: fromEnd) }
        guard !separator.isEmpty else { throw call.failure("needs a separator that is not empty") }
        let all = occurrences(of: separator, in: text)
        let found = limit < 0 ? all[...] : fromEnd ? all.suffix(limit) : all.prefix(limit)
        let bytes = Array(text.utf8)
        var parts: [TemplateValue] = []
        var start = 0
        for index in found {
            parts.append(.string(String(decoding: bytes[start..<index], as: UTF8.self)))
            start = index + separator.utf8.count
        }
        return parts + [.string(String(decoding: bytes[start...], as: UTF8.self))]
    }

    /// Without a separator, stretches of white space separate and the ends do not count.
    private static func splitAtSpace(
        _ text: String, _ limit: Int, _ call: TemplateCall, fromEnd: Bool
    ) throws(TemplateError) -> [TemplateValue] {
        guard limit < 0 || !fromEnd else { throw call.failure("needs a separator to count from the end") }
        var words: [TemplateValue] = []
        var rest = text.unicodeScalars.drop { $0.isPythonSpace }
        while !rest.isEmpty {
            if limit >= 0, words.count == limit {
                words.append(.string(stripped(String(rest), nil, left: false, right: true)))
                break
            }
            words.append(.string(String(rest.prefix { !$0.isPythonSpace })))
            rest = rest.drop { !$0.isPythonSpace }.drop { $0.isPythonSpace }
        }
        return words
    }

    // MARK: Ends

    private static func affixes(_ call: inout TemplateCall) throws(TemplateError) -> [String] {
        let value = try call.require("affix")
        var texts: [String] = []
        for affix in value.asList ?? [value] {
            guard case .string(let text) = affix else { throw call.failure("needs a string, not \(affix.kind)") }
            texts.append(text)
        }
        return texts
    }

    static func stripped(_ text: String, _ characters: String?, left: Bool, right: Bool) -> String {
        let set = characters.map { Set($0.unicodeScalars) }
        func isRemoved(_ scalar: Unicode.Scalar) -> Bool { set?.contains(scalar) ?? scalar.isPythonSpace }
        var scalars = text.unicodeScalars[...]
        if left { scalars = scalars.drop(while: isRemoved) }
        while right, let last = scalars.last, isRemoved(last) { scalars.removeLast() }
        return String(scalars)
    }

    private static func removingPrefix(_ prefix: String, from text: String) -> String {
        guard text.utf8.starts(with: prefix.utf8) else { return text }
        return String(decoding: Array(text.utf8.dropFirst(prefix.utf8.count)), as: UTF8.self)
    }

    private static func removingSuffix(_ suffix: String, from text: String) -> String {
        guard text.utf8.reversed().starts(with: suffix.utf8.reversed()) else { return text }
        return String(decoding: Array(text.utf8.dropLast(suffix.utf8.count)), as: UTF8.self)
    }

    private static func lines(_ text: String, keepsEnds: Bool) -> [TemplateValue] {
        var lines: [TemplateValue] = []
        var line = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let isHalf = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            let ends = isLineEnd(scalar) && !isHalf
            if keepsEnds || !isLineEnd(scalar) { line.append(scalar) }
            guard ends else { continue }
            lines.append(.string(String(line)))
            line = String.UnicodeScalarView()
        }
        let isOpen = scalars.last.map { !isLineEnd($0) } ?? false
        return isOpen ? lines + [.string(String(line))] : lines
    }

    private static func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    // MARK: Letters

    static func capitalized(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst()).lowercased()
    }

    /// Python's `title`: a letter after anything but a letter is a capital.
    static func titled(_ text: String) -> String {
        var result = ""
        var followsLetter = false
        for scalar in text.unicodeScalars {
            result += followsLetter ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
            followsLetter = scalar.properties.isCased
        }
        return result
    }

    private static func classify(_ name: String, _ text: String) -> Bool? {
        let scalars = text.unicodeScalars
        switch name {
        case "isspace": return !text.isEmpty && scalars.allSatisfy(\.isPythonSpace)
        case "isdigit":
            return !text.isEmpty && scalars.allSatisfy { $0.properties.numericType.map { $0 != .numeric } ?? false }
        case "isalpha": return !text.isEmpty && scalars.allSatisfy(\.isPythonLetter)
        case "isalnum":
            return !text.isEmpty && scalars.allSatisfy { $0.isPythonLetter || $0.properties.numericType != nil }
        case "isupper":
            return scalars.contains { $0.properties.isUppercase } && !scalars.contains { $0.properties.isLowercase }
        case "islower":
            return scalars.contains { $0.properties.isLowercase } && !scalars.contains { $0.properties.isUppercase }
        default: return nil
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isPythonLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}

extension TemplateValue {
    var asList: [TemplateValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}
