/// A value passed to a chat template: anything JSON can express.
public enum TemplateValue: Sendable {
    case none
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([TemplateValue])
    case object(TemplateObject)
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(arrayLiteral elements: TemplateValue...) { self = .array(elements) }

    public init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self = .object(TemplateObject(elements))
    }
}

extension PythonRuntime {
    /// Converts a value for use by a template, metered and bounded.
    func convert(_ value: TemplateValue) throws -> PythonValue { try convert(value, depth: 1) }

    private func convert(_ value: TemplateValue, depth: Int) throws -> PythonValue {
        try charge(1)
        switch value {
        case .none: return .none
        case .bool(let flag): return .bool(flag)
        case .integer(let number): return .integer(number)
        case .number(let number): return .float(number)
        case .string(let text): return .string(text)
        case .array(let elements):
            try checkDepth(depth)
            try checkSize(elements: elements.count)
            return try list(try elements.map { try convert($0, depth: depth + 1) })
        case .object(let object): return try convert(object, depth: depth)
        }
    }

    private func convert(_ object: TemplateObject, depth: Int) throws -> PythonValue {
        try checkDepth(depth)
        return try dictionary(try object.members.map { (.string($0.key), try convert($0.value, depth: depth + 1)) })
    }

    func convert(_ messages: [TemplateObject]) throws -> PythonValue {
        try checkSize(elements: messages.count)
        return try list(try messages.map { try convert($0, depth: 2) })
    }
}
