/// A specification as written, before its fields are interpreted.
///
/// YAML, JSON and messages are all converted to this, so that one description of the fields can read them all.
public indirect enum SpecificationValue: Sendable, Equatable {
    /// An empty value: the field keeps its default.
    case null
    case flag(Bool)
    case whole(Int64)
    /// A whole number beyond Int64.
    case large(UInt64)
    case number(Double)
    case text(String)
    case list([SpecificationValue])
    case section([Entry])

    /// A field of a section, in written order.
    public struct Entry: Sendable, Equatable {
        public var name: String
        public var value: SpecificationValue

        public init(_ name: String, _ value: SpecificationValue) {
            self.name = name
            self.value = value
        }
    }

    /// A name for the type of value, for messages.
    var kind: String {
        switch self {
        case .null: "nothing"
        case .flag: "a truth value"
        case .whole, .large: "a whole number"
        case .number: "a number"
        case .text: "text"
        case .list: "a list"
        case .section: "a section"
        }
    }

    /// The value roughly as written, shortened to fit into a message.
    var excerpt: String {
        let text = plain
        return text.count > 60 ? text.prefix(59) + "…" : text
    }

    private var plain: String {
        switch self {
        case .null: "null"
        case .flag(let value): "\(value)"
        case .whole(let value): "\(value)"
        case .large(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): "\"\(value)\""
        case .list(let values): "[" + values.map(\.plain).joined(separator: ", ") + "]"
        case .section(let entries): "{" + entries.map { "\($0.name): \($0.value.plain)" }.joined(separator: ", ") + "}"
        }
    }
}

extension SpecificationValue {
    /// The value of a section's field; nil if there is none.
    func field(_ name: String) -> SpecificationValue? {
        guard case .section(let entries) = self else { return nil }
        return entries.first { $0.name == name }?.value
    }

    /// Sets the value at a path such as `optimizer.learning_rate`, replacing any existing one.
    ///
    /// A value that is in the way of a section is replaced by one.
    public mutating func set(_ path: some Collection<Substring>, to value: SpecificationValue) {
        guard let first = path.first else {
            self = value
            return
        }
        var entries: [Entry] = []
        if case .section(let own) = self { entries = own }
        let index = entries.firstIndex { $0.name == first }
        var child = index.map { entries[$0].value } ?? .section([])
        child.set(path.dropFirst(), to: value)
        if let index {
            entries[index].value = child
        } else {
            entries.append(Entry(String(first), child))
        }
        self = .section(entries)
    }
}
