/// The fields of one JSON object, read one at a time.
///
/// Problems are collected, so that a person sees all of a file's problems at once. A problem concerns something the
/// policy cannot be computed without; anything else unusable is left out with a warning.
///
/// A reading method that records a problem returns nil, as does one whose field is absent (or null) and has no default.
struct ConfigurationFields {
    /// The object's path, for messages: empty at the top level, `rope_scaling.` inside it.
    var prefix: String
    var values: [String: JSONValue]
    private(set) var problems: [String] = []
    private(set) var warnings: [String] = []

    init(_ values: [String: JSONValue], prefix: String = "") {
        self.values = values
        self.prefix = prefix
    }

    /// The value under a name; nil if absent or null.
    subscript(_ name: String) -> JSONValue? {
        guard let value = values[name], value != .null else { return nil }
        return value
    }

    /// Whether the field is present, even if null.
    func has(_ name: String) -> Bool { values[name] != nil }

    mutating func report(_ problem: String) { problems.append(problem) }

    mutating func report(_ name: String, is value: JSONValue, needs: String) {
        report("\(prefix)\(name) is \(value); \(needs)")
    }

    /// Takes over the problems and warnings of a nested object's fields.
    mutating func adopt(_ nested: ConfigurationFields) {
        problems += nested.problems
        warnings += nested.warnings
    }

    /// A count, 1...limit; required unless it has a default.
    mutating func size(_ name: String, default fallback: Int? = nil, upTo limit: Int) -> Int? {
        guard let value = self[name] else {
            if fallback == nil { report("\(prefix)\(name) is missing; give a whole number, 1 to \(limit)") }
            return fallback
        }
        guard case .integer(let number) = value, (1...limit).contains(number) else {
            report(name, is: value, needs: "give a whole number, 1 to \(limit)")
            return nil
        }
        return number
    }

    /// A count that may be 0.
    mutating func count(_ name: String, default fallback: Int, upTo limit: Int) -> Int? {
        self[name] == .integer(0) ? 0 : size(name, default: fallback, upTo: limit)
    }

    mutating func flag(_ name: String, default fallback: Bool) -> Bool {
        guard let value = self[name] else { return fallback }
        guard case .bool(let flag) = value else {
            report(name, is: value, needs: "give true or false")
            return fallback
        }
        return flag
    }

    mutating func text(_ name: String) -> String? {
        guard let value = self[name] else { return nil }
        guard case .string(let text) = value else {
            report(name, is: value, needs: "give a text")
            return nil
        }
        return text
    }

    /// A finite number in a range, described by `range` in the message.
    mutating func number(_ name: String, _ range: String, where isValid: (Double) -> Bool) -> Double? {
        guard let value = self[name] else { return nil }
        let number: Double? =
            switch value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        guard let number, number.isFinite, isValid(number) else {
            report(name, is: value, needs: "give a number \(range)")
            return nil
        }
        return number
    }

    mutating func positive(_ name: String) -> Double? { number(name, "above 0") { $0 > 0 } }

    mutating func positive(_ name: String, default fallback: Double) -> Double? {
        self[name] == nil ? fallback : positive(name)
    }

    /// A list; nil if it is absent.
    mutating func list(_ name: String) -> [JSONValue]? {
        guard let value = self[name] else { return nil }
        guard case .array(let elements) = value else {
            report(name, is: value, needs: "give a list or null")
            return nil
        }
        return elements
    }

    /// The fields of an object, to be adopted again; nil if it is absent.
    mutating func object(_ name: String) -> ConfigurationFields? {
        guard let value = self[name] else { return nil }
        guard case .object(let values) = value else {
            report(name, is: value, needs: "give an object or null")
            return nil
        }
        return ConfigurationFields(values, prefix: "\(prefix)\(name).")
    }

    /// A number that is above 0 even as a Float.
    mutating func positiveFloat(_ name: String) -> Double? {
        number(name, "above 0 that 32 bits can hold") { Float($0) > 0 && Float($0).isFinite }
    }

    /// One token id or a list of them. Ids outside the vocabulary are left out with a warning: no response ever
    /// contains them.
    ///
    /// - Returns: nil if the field is absent, or nothing of it is left.
    mutating func tokens(_ name: String, vocabulary: Int?) -> [Int32]? {
        guard let value = self[name] else { return nil }
        let elements = if case .array(let list) = value { list } else { [value] }
        let limit = vocabulary ?? Int(Int32.max)
        var ids: [Int32] = []
        for element in elements {
            if case .integer(let id) = element, (0..<limit).contains(id) {
                ids.append(Int32(id))
            } else {
                warnings.append("\(name): \(element) is not a token id within the vocabulary, 0..<\(limit)")
            }
        }
        return ids.isEmpty && !elements.isEmpty ? nil : ids
    }

    /// Throws if problems were found, naming `file` and all of them.
    func finish(file: String) throws {
        guard !problems.isEmpty else { return }
        throw PolicyError(.invalid, "\(file): \(problems.joined(separator: ". "))")
    }
}
