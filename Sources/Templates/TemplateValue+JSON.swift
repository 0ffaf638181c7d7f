package import JSONCoding

extension TemplateValue {
    /// Reads JSON text, such as a tool description; members keep their order.
    ///
    /// - Throws: `JSONError`.
    package init(json: [UInt8]) throws { self.init(try JSONReader.parse(json)) }

    /// If members share a name, the last one counts.
    package init(_ value: JSONValue) {
        switch value {
        case .null: self = .none
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .integer(number)
        case .unsigned(let number): self = .number(Double(number))
        case .float(let number): self = .number(Double(number))
        case .number(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { TemplateValue($0) })
        case .object(let members): self = .object(TemplateObject(members.map { ($0.key, TemplateValue($0.value)) }))
        }
    }

    /// The value with all of its texts changed, including member names.
    package func mapTexts(_ change: (String) -> String) -> TemplateValue {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let elements): .array(elements.map { $0.mapTexts(change) })
        case .object(let object):
            .object(TemplateObject(object.members.map { (change($0.key), $0.value.mapTexts(change)) }))
        case .none, .bool, .integer, .number: self
        }
    }

    /// All texts in the value, including member names.
    package var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .object(let object): object.members.flatMap { [$0.key] + $0.value.texts }
        case .none, .bool, .integer, .number: []
        }
    }

    /// The value as JSON over several lines, as written by Python.
    package func json(indent: Int) -> String {
        let writer = JSONText<TemplateValue, Never>(indent: String(repeating: " ", count: indent)) { value in
            switch value {
            case .none: .literal("null")
            case .bool(let flag): .literal(flag ? "true" : "false")
            case .integer(let number): .literal(String(number))
            case .number(let number): .literal(PythonText.jsonFloat(number))
            case .string(let text): .string(text)
            case .array(let elements): .array(elements)
            case .object(let object): .object(object.members)
            }
        }
        return writer.write(self)
    }
}
