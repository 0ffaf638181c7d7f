package import JSONCoding

/// Documentation of one field.
public struct FieldRow: Sendable, Equatable {
    /// The path, such as `optimizer.learning_rate`.
    public let path: String
    /// The type, such as `number` or `one of a, b`.
    public let type: String
    /// The range, such as `0 to 1`; empty if any value of the type is allowed.
    public let range: String
    /// As written in YAML; `1e-05 (sft), 1e-06 (grpo, treerl, attnrl)` if kinds differ, `–` for "not set".
    public let defaultText: String
    public let meaning: String
    public let source: DefaultSource
    public let kinds: Set<JobKind>

    package var json: JSONValue {
        .fields([
            "path": .string(path), "type": .string(type), "default": .string(defaultText), "range": .string(range),
            "kinds": .array(JobKind.allCases.filter(kinds.contains).map { .string($0.rawValue) }),
            "meaning": .string(meaning), "source": .string(source.rawValue),
        ])
    }
}

/// The table of all fields, generated from the descriptions used to read them.
public enum FieldTable {
    typealias Defaults<Root> = @Sendable (JobKind) -> Root

    /// Every field in order.
    public static let rows = rows(of: JobSpecification.self, defaults: { JobSpecification(kind: $0) }, prefix: "")

    static func rows<Section: SpecificationSection>(
        of section: Section.Type, defaults: @escaping Defaults<Section>, prefix: String, kinds: Set<JobKind> = .all
    ) -> [FieldRow] {
        Section.fields.flatMap { field -> [FieldRow] in
            let path = prefix + field.name
            switch field.content {
            case .section(let nested): return nested.rows(defaults, path + ".", kinds)
            case .value(let value):
                let kinds = kinds.intersection(value.kinds)
                return [
                    FieldRow(
                        path: path, type: value.type, range: value.range, defaultText: text(value, defaults, kinds),
                        meaning: value.meaning, source: value.source, kinds: kinds)
                ]
            }
        }
    }

    private static func text<Root>(
        _ field: ValueField<Root>, _ defaults: Defaults<Root>, _ having: Set<JobKind>
    ) -> String {
        if field.source == .required { return "–" }
        let kinds = JobKind.allCases.filter(having.contains)
        let texts = kinds.map { kind in field.write(defaults(kind)).map(SpecificationText.inline) ?? "–" }
        guard Set(texts).count > 1 else { return texts.first ?? "–" }
        let byText = Dictionary(grouping: kinds.indices) { texts[$0] }
        return byText.values.sorted { $0[0] < $1[0] }.map { places in
            "\(texts[places[0]]) (\(places.map { kinds[$0].rawValue }.joined(separator: ", ")))"
        }.joined(separator: ", ")
    }

    /// The paths whose last component is this name.
    static func paths(endingIn name: String) -> [String] {
        rows.map(\.path).filter { $0.hasSuffix("." + name) || $0 == name }
    }

    /// The table in Markdown, as used in docs/jobs.md.
    public static var markdown: String {
        let heading = "| field | type | default | range | meaning | default from |\n|---|---|---|---|---|---|\n"
        return heading
            + rows.map { row in
                let others = Set<JobKind>.all.subtracting(row.kinds)
                let kinds =
                    switch others.count {
                    case 0: ""
                    case 1: " (not \(others.names()))"
                    default: " (\(row.kinds.names()) only)"
                    }
                let cells = [
                    "`\(row.path)`" + kinds, row.type, "`\(row.defaultText)`", row.range, row.meaning,
                    row.source.rawValue,
                ]
                return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
            }.joined()
    }
}
