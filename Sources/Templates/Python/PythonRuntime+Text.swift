internal import BigInt
internal import OrderedCollections

/// Values as text.
extension PythonRuntime {
    /// A value as `{{ }}` prints it, which is Python's `str`.
    func text(of value: PythonValue) throws -> String {
        switch value {
        case .undefined: ""
        case .string(let text), .markup(let text): text
        default: try representation(of: value)
        }
    }

    /// A value escaped for HTML; markup is unchanged.
    func escaped(_ value: PythonValue) throws -> String {
        if case .markup(let text) = value { return text }
        let text = try text(of: value)
        try charge(bytes: text.utf8.count)
        let escaped = PythonText.escaped(text)
        try checkSize(bytes: escaped.utf8.count)
        return escaped
    }

    /// Python's `repr`.
    func representation(of value: PythonValue) throws -> String {
        var text = ""
        try charge(for: value)
        try represent(value, into: &text)
        try charge(bytes: text.utf8.count)
        return text
    }

    private func represent(_ value: PythonValue, into text: inout String) throws {
        switch value {
        case .undefined: text += "Undefined"
        case .none: text += "None"
        case .bool(let flag): text += flag ? "True" : "False"
        case .integer(let number): text += String(number)
        case .big(let number): text += try digits(of: number)
        case .float(let number): text += PythonText.float(number)
        case .string(let string): text += PythonText.quoted(string)
        case .markup(let string): text += "Markup(\(PythonText.quoted(string)))"
        case .list(let list): try represent(list.elements, "[", "]", into: &text)
        case .tuple(let tuple):
            try represent(tuple.elements, "(", tuple.elements.count == 1 ? ",)" : ")", into: &text)
        case .dictionary(let dictionary): try represent(dictionary, into: &text)
        case .view(let view):
            text += "dict_\(view.kind.rawValue)("
            try represent(view.elements, "[", "]", into: &text)
            text += ")"
        case .range(let range):
            text += "range(\(range.start), \(range.stop)\(range.step == 1 ? "" : ", \(range.step)"))"
        default: text += try nameOfObject(value)
        }
        try checkSize(bytes: text.utf8.count)
    }

    private func represent(
        _ elements: [PythonValue], _ open: String, _ close: String, into text: inout String
    ) throws {
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += ", " }
            try represent(element, into: &text)
        }
        text += close
    }

    private func represent(_ dictionary: PythonDictionary, into text: inout String) throws {
        text += "{"
        for (index, (key, value)) in dictionary.contents.enumerated() {
            if index > 0 { text += ", " }
            try represent(key.value, into: &text)
            text += ": "
            try represent(value, into: &text)
        }
        text += "}"
    }

    private func nameOfObject(_ value: PythonValue) throws -> String {
        switch value {
        case .namespace(let namespace):
            // A namespace can contain itself.
            guard !namespace.isBeingWritten else { return "<Namespace {...}>" }
            namespace.isBeingWritten = true
            defer { namespace.isBeingWritten = false }
            let attributes = PythonDictionary(namespace.attributes)
            try charge(attributes.extent.weight)
            return try nested {
                var text = "<Namespace "
                try represent(attributes, into: &text)
                return text + ">"
            }
        case .loop(let loop): return "<LoopContext \(loop.index + 1)/\(try loop.length())>"
        case .macro(let macro): return "<Macro \(macro.name.map { PythonText.quoted($0) } ?? "anonymous")>"
        case .method(let method) where method.receiver.isMarkup:
            return "<bound method Markup.\(method.name) of \(try representation(of: method.receiver))>"
        case .method(let method): return "<method '\(method.name)' of \(method.receiver.kind)>"
        case .function(let function): return "<function \(function.rawValue)>"
        default: return "<\(value.kind) object>"
        }
    }

    func digits(of number: BigInt) throws -> String {
        let text = String(number)
        guard text.utf8.count <= PythonNumber.maximumDigits + (number < 0 ? 1 : 0) else {
            throw failure("a whole number of more than \(PythonNumber.maximumDigits) digits cannot be written")
        }
        return text
    }

    // MARK: JSON

    /// `json.dumps` with the options that chat templates can set.
    func json(
        _ value: PythonValue, indent: String?, separators: (item: String, key: String)?, isASCII: Bool, sortsKeys: Bool
    ) throws -> String {
        try charge(for: value)
        var writer = JSONText<PythonValue, any Error>(indent: indent) { [self] in
            try shape(of: $0, sortsKeys: sortsKeys)
        }
        if let separators { (writer.itemSeparator, writer.keySeparator) = separators }
        writer.isASCII = isASCII
        // Every value may begin a line with its indentation and end with a separator.
        let margin = (indent?.utf8.count ?? 0) * min(value.depth + 1, Limits.valueDepth)
        let overhead = margin + writer.itemSeparator.utf8.count + writer.keySeparator.utf8.count
        let (bytes, overflows) = value.extent.weight.multipliedReportingOverflow(by: overhead + 1)
        try checkSize(bytes: overflows ? .max : bytes)
        writer.checkSize = { [self] in try checkSize(bytes: $0) }
        let text = try writer.write(value)
        try charge(bytes: text.utf8.count)
        return text
    }

    private func shape(of value: PythonValue, sortsKeys: Bool) throws -> JSONText<PythonValue, any Error>.Shape {
        if let literal = try literal(value) { return .literal(literal) }
        if let text = value.text { return .string(text) }
        if let elements = value.elements { return .array(elements) }
        guard case .dictionary(let dictionary) = value else {
            throw failure("a value of type \(value.kind) has no form in JSON")
        }
        var members = dictionary.contents.map { (key: $0.key.value, value: $0.value) }
        if sortsKeys { members = try sorted(members) { $0.key } }
        return .object(try members.map { (key: try jsonKey($0.key), value: $0.value) })
    }

    private func literal(_ value: PythonValue) throws -> String? {
        switch value {
        case .none: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .big(let number): try digits(of: number)
        case .float(let number): PythonText.jsonFloat(number)
        default: nil
        }
    }

    private func jsonKey(_ key: PythonValue) throws -> String {
        guard let text = try key.text ?? literal(key) else {
            throw failure("a key of type \(key.kind) has no form in JSON")
        }
        return text
    }
}

extension PythonText {
    static func jsonFloat(_ number: Double) -> String {
        number.isNaN ? "NaN" : number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : float(number)
    }
}
