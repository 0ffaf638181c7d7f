import Foundation

/// Text as Python writes it: `repr`, `json.dumps` and string searches.
enum PythonText {
    // MARK: repr

    /// `str` of anything but a string, and `repr` of what is inside containers.
    static func representation(of value: TemplateValue) -> String {
        switch value {
        case .undefined: "Undefined"
        case .none: "None"
        case .bool(let flag): flag ? "True" : "False"
        case .integer(let number): String(number)
        case .number(let number): float(number)
        case .string(let text): quoted(text)
        case .array(let elements): "[" + elements.map(representation).joined(separator: ", ") + "]"
        case .object(let object):
            "{" + object.members.map { "\(quoted($0.key)): \(representation(of: $0.value))" }.joined(separator: ", ")
                + "}"
        case .reference: "<\(value.kind)>"
        }
    }

    private static func quoted(_ text: String) -> String {
        let quote: Unicode.Scalar = text.utf8.contains(0x27) && !text.utf8.contains(0x22) ? "\"" : "'"
        var result = String.UnicodeScalarView()
        result.append(quote)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case "\t": result.append(contentsOf: "\\t".unicodeScalars)
            case quote: result.append(contentsOf: "\\\(quote)".unicodeScalars)
            default:
                if isPrintable(scalar) {
                    result.append(scalar)
                } else {
                    result.append(contentsOf: escape(scalar).unicodeScalars)
                }
            }
        }
        result.append(quote)
        return String(result)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case ..<0x100: "\\x" + hex(scalar.value, 2)
        case ..<0x10000: "\\u" + hex(scalar.value, 4)
        default: "\\U" + hex(scalar.value, 8)
        }
    }

    private static func hex(_ value: UInt32, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The shortest digits that read back as the same number, with an exponent from 1e16 and below 1e-4.
    static func float(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        if number.isInfinite { return number < 0 ? "-inf" : "inf" }
        let (digits, exponent) = decimal(abs(number))
        let sign = number.sign == .minus ? "-" : ""
        if number != 0, exponent < -4 || exponent >= 16 {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let power = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
            return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(power)"
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let padded = digits + String(repeating: "0", count: max(0, exponent + 1 - digits.count))
        let fraction = padded.dropFirst(exponent + 1)
        return sign + padded.prefix(exponent + 1) + "." + (fraction.isEmpty ? "0" : fraction)
    }

    /// Significant digits and the exponent of the first one, from Swift's shortest description.
    private static func decimal(_ number: Double) -> (digits: String, exponent: Int) {
        let parts = number.description.split(separator: "e")
        let point = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = String(point[0]) + (point.count > 1 ? String(point[1]) : "")
        var exponent = point[0].count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.count > 1, digits.first == "0" {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return (digits, number == 0 ? 0 : exponent)
    }

    static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

    // MARK: json.dumps

    /// What a value looks like in JSON; nil where it holds something that JSON has no form for.
    static func json(_ value: TemplateValue, indent: Int?, level: Int = 0) -> String? {
        switch value {
        case .undefined, .reference: return nil
        case .none: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return String(number)
        case .number(let number):
            return number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : float(number)
        case .string(let text): return jsonString(text)
        case .array(let elements):
            var items: [String] = []
            for element in elements {
                guard let item = json(element, indent: indent, level: level + 1) else { return nil }
                items.append(item)
            }
            return enclosed(items, "[", "]", indent, level)
        case .object(let object):
            var items: [String] = []
            for (key, element) in object.members {
                guard let item = json(element, indent: indent, level: level + 1) else { return nil }
                items.append("\(jsonString(key)): \(item)")
            }
            return enclosed(items, "{", "}", indent, level)
        }
    }

    private static func enclosed(
        _ items: [String], _ open: String, _ close: String, _ indent: Int?, _ level: Int
    ) -> String {
        guard let indent, !items.isEmpty else { return open + items.joined(separator: ", ") + close }
        let outer = "\n" + String(repeating: " ", count: indent * level)
        let inner = outer + String(repeating: " ", count: indent)
        return open + inner + items.joined(separator: "," + inner) + outer + close
    }

    private static func jsonString(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        result.append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result.append(contentsOf: "\\\"".unicodeScalars)
            case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\r": result.append(contentsOf: "\\r".unicodeScalars)
            case "\t": result.append(contentsOf: "\\t".unicodeScalars)
            case "\u{8}": result.append(contentsOf: "\\b".unicodeScalars)
            case "\u{C}": result.append(contentsOf: "\\f".unicodeScalars)
            default:
                if scalar.value < 0x20 {
                    result.append(contentsOf: "\\u\(hex(scalar.value, 4))".unicodeScalars)
                } else {
                    result.append(scalar)
                }
            }
        }
        result.append("\"")
        return String(result)
    }

    // MARK: Searching

    /// Where `part` first occurs in `text` from `start` on.
    ///
    /// Bytes are compared, so canonically equivalent characters stay different; in UTF-8 a match never begins inside a
    /// character.
    static func firstIndex(of part: [UInt8], in text: [UInt8], from start: Int = 0) -> Int? {
        guard let first = part.first else { return start <= text.count ? start : nil }
        var index = start
        while index + part.count <= text.count {
            if text[index] == first, text[index..<index + part.count].elementsEqual(part) { return index }
            index += 1
        }
        return nil
    }
}
