/// Where a default comes from.
public enum DefaultSource: String, Sendable {
    /// The paper, "Attention as a Compass", arXiv:2509.26628.
    case paper
    /// The paper's released code, or the framework it is built on, if the paper does not say.
    case releasedCode = "released code"
    /// Common practice.
    case convention
    /// Our own choice: sizes and limits of this program.
    case program
    /// There is no default: the field must be given.
    case required
}

/// A property that a field reads and writes.
typealias SpecificationProperty<Root, Value> = any WritableKeyPath<Root, Value> & Sendable

/// A part of the specification: a list of fields that read and write its properties.
protocol SpecificationSection: Sendable, Equatable {
    static var fields: [SpecificationField<Self>] { get }
}

/// One field of a section, or a section within it.
struct SpecificationField<Root: Sendable>: Sendable {
    let name: String
    let content: Content

    enum Content: Sendable {
        case value(ValueField<Root>)
        case section(NestedSection<Root>)
    }
}

/// The description of a field that holds a value.
struct ValueField<Root: Sendable>: Sendable {
    let type: String
    let range: String
    let meaning: String
    let source: DefaultSource
    /// The kinds of job that have the field.
    let kinds: Set<JobKind>
    /// What else has to be chosen for it to count; nil for one that always does.
    let use: FieldUse?
    let read: @Sendable (SpecificationValue, inout Root) -> String?
    let write: @Sendable (Root) -> SpecificationValue?
}

/// Reads and writes a section within a section.
struct NestedSection<Root: Sendable>: Sendable {
    let read: @Sendable (SpecificationValue, inout SpecificationReader, inout Root) -> Void
    let write: @Sendable (Root, JobKind) -> SpecificationValue
    let unused: @Sendable (Root, _ defaults: Root, JobSpecification, _ prefix: String) -> [UnusedValue]
    let rows: @Sendable (@escaping FieldTable.Defaults<Root>, String, Set<JobKind>) -> [FieldRow]
}

extension SpecificationField {
    /// A field with a value.
    ///
    /// - Parameters:
    ///   - kinds: The kinds of job that have the field.
    ///   - use: What else has to be chosen for it to count. Its meaning says so without being told.
    static func value<Value>(
        _ name: String, _ property: SpecificationProperty<Root, Value>, _ codec: FieldCodec<Value>,
        _ source: DefaultSource, kinds: Set<JobKind> = .all, onlyWith use: FieldUse? = nil, _ meaning: String
    ) -> Self {
        let field = ValueField<Root>(
            type: codec.type, range: codec.range,
            meaning: meaning + (use.map { " Only with \($0.text(quote: "`"))." } ?? ""), source: source, kinds: kinds,
            use: use
        ) { value, root in
            switch codec.read(value) {
            case .success(let value):
                root[keyPath: property] = value
                return nil
            case .failure(let refusal): return refusal.reason
            }
        } write: {
            codec.write($0[keyPath: property])
        }
        return Self(name: name, content: .value(field))
    }

    /// A section.
    ///
    /// - Parameter kinds: The kinds of job that have any of its fields.
    static func section<Section: SpecificationSection>(
        _ name: String, _ property: SpecificationProperty<Root, Section>, kinds: Set<JobKind> = .all
    ) -> Self {
        let nested = NestedSection<Root> { value, reader, root in
            reader.read(value, into: &root[keyPath: property], of: kinds)
        } write: { root, kind in
            kinds.contains(kind) ? SpecificationWriter.value(of: root[keyPath: property], kind: kind) : .section([])
        } unused: { root, defaults, specification, prefix in
            guard kinds.contains(specification.kind) else { return [] }
            return UnusedValue.all(
                in: root[keyPath: property], besides: defaults[keyPath: property], of: specification, prefix: prefix)
        } rows: { defaults, prefix, outer in
            FieldTable.rows(
                of: Section.self, defaults: { defaults($0)[keyPath: property] }, prefix: prefix,
                kinds: outer.intersection(kinds))
        }
        return Self(name: name, content: .section(nested))
    }
}
