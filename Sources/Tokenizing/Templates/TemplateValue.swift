/// A value inside a chat template.
public enum TemplateValue: Sendable {
    /// What a missing name or member is: prints as nothing, is false, has no members.
    case undefined
    case none
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([TemplateValue])
    case object(TemplateObject)
    /// Something that lives only while a template renders.
    case reference(TemplateReference)
}

/// A namespace, loop, macro or function of a template being rendered.
public struct TemplateReference: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case namespace(Int)
        case loop(Int)
        case macro(Int)
        case function(TemplateFunction)
    }

    let kind: Kind
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

extension TemplateValue {
    /// Python's truth: empty, zero, none and undefined are false.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let flag): flag
        case .integer(let number): number != 0
        case .number(let number): number != 0
        case .string(let text): !text.isEmpty
        case .array(let elements): !elements.isEmpty
        case .object(let object): !object.isEmpty
        case .reference: true
        }
    }

    /// What the value is, in Python's words.
    var kind: String {
        switch self {
        case .undefined: "undefined"
        case .none: "None"
        case .bool: "bool"
        case .integer: "int"
        case .number: "float"
        case .string: "str"
        case .array: "list"
        case .object: "dict"
        case .reference(let reference):
            switch reference.kind {
            case .namespace: "namespace"
            case .loop: "loop"
            case .macro: "macro"
            case .function: "function"
            }
        }
    }

    /// Python's equality: numbers and booleans by value, strings by character, containers by element.
    func isEqual(to other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.undefined, .undefined), (.none, .none): true
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isEqual(to: $1) }
        case (.object(let left), .object(let right)): left.isEqual(to: right)
        case (.reference(let left), .reference(let right)): left == right
        default:
            if let left = asInteger, let right = other.asInteger {
                left == right
            } else if let left = asNumber, let right = other.asNumber {
                left == right
            } else {
                false
            }
        }
    }

    /// Integers and, as in Python, booleans.
    var asInteger: Int? {
        switch self {
        case .integer(let number): number
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }

    var asNumber: Double? {
        if case .number(let number) = self { return number }
        return asInteger.map(Double.init)
    }
}
