internal import OrderedCollections

/// A dictionary for a chat template: keys are strings, in insertion order.
public struct TemplateObject: Sendable {
    /// A string compared byte by byte; Swift's own comparison treats canonically equivalent strings as equal.
    private struct ExactKey: Hashable {
        let text: String

        static func == (left: ExactKey, right: ExactKey) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private var entries: OrderedDictionary<ExactKey, TemplateValue> = [:]

    public init() {}

    /// Later values of a key replace earlier ones, keeping their place.
    public init(_ elements: some Sequence<(String, TemplateValue)>) {
        for (key, value) in elements { entries[ExactKey(text: key)] = value }
    }

    /// Takes a dictionary's members sorted by key, since it has no order of its own.
    public init(_ dictionary: [String: TemplateValue]) {
        self.init(dictionary.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// A message in a conversation.
    public static func message(role: String, content: String) -> TemplateObject {
        TemplateObject([("role", .string(role)), ("content", .string(content))])
    }

    public subscript(_ key: String) -> TemplateValue? {
        get { entries[ExactKey(text: key)] }
        set { entries[ExactKey(text: key)] = newValue }
    }

    public var isEmpty: Bool { entries.isEmpty }
    public var count: Int { entries.count }
    public var keys: [String] { entries.keys.map(\.text) }
    public var values: [TemplateValue] { Array(entries.values) }

    /// The members in order.
    public var members: [(key: String, value: TemplateValue)] {
        entries.map { ($0.key.text, $0.value) }
    }
}

extension TemplateObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self.init(elements)
    }
}
