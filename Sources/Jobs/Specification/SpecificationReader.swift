/// Reads a written specification according to its fields' descriptions, collecting all problems.
struct SpecificationReader {
    let kind: JobKind
    /// Whether fields of other kinds are errors; false while the kind itself is unknown.
    let checksKinds: Bool
    private(set) var problems = SpecificationProblems()
    private var path: [String] = []
    /// The kinds that have the section being read.
    private var kinds = Set<JobKind>.all

    init(kind: JobKind, checksKinds: Bool = true) {
        self.kind = kind
        self.checksKinds = checksKinds
    }

    mutating func add(_ problem: SpecificationProblem) { problems.add(problem) }

    /// Reads the fields written in a section; the others keep their values.
    ///
    /// - Parameter kinds: The kinds that have any of its fields.
    mutating func read<Section: SpecificationSection>(
        _ value: SpecificationValue, into section: inout Section, of kinds: Set<JobKind> = .all
    ) {
        let outer = self.kinds
        self.kinds.formIntersection(kinds)
        defer { self.kinds = outer }
        let entries: [SpecificationValue.Entry]
        switch value {
        case .null: return
        case .section(let own): entries = own
        default:
            add("", value, "It is \(value.kind), \(value.excerpt). Write a section: fields with names.")
            return
        }
        let fields = Section.fields
        var seen: Set<String> = []
        // A file that is not a specification may have thousands of fields, and finding likely spellings takes time.
        for entry in entries where !problems.isFull {
            guard seen.insert(entry.name).inserted else {
                add(entry.name, entry.value, "It is written twice. Keep one of them.")
                continue
            }
            guard let field = fields.first(where: { $0.name == entry.name }) else {
                addUnknown(entry, in: fields.map(\.name))
                continue
            }
            read(entry, field, into: &section)
        }
    }

    private mutating func read<Section: SpecificationSection>(
        _ entry: SpecificationValue.Entry, _ field: SpecificationField<Section>, into section: inout Section
    ) {
        switch field.content {
        case .section(let nested):
            path.append(field.name)
            nested.read(entry.value, &self, &section)
            path.removeLast()
        case .value(let value):
            if entry.value == .null { return }
            let having = kinds.intersection(value.kinds)
            guard having.contains(kind) || !checksKinds else {
                add(
                    entry.name, entry.value,
                    "It says nothing to a job of kind \(kind), only to \(having.names()). Remove it.")
                return
            }
            if let reason = value.read(entry.value, &section) { add(entry.name, entry.value, reason) }
        }
    }

    private mutating func addUnknown(_ entry: SpecificationValue.Entry, in names: [String]) {
        let known = "Known here: " + names.joined(separator: ", ") + "."
        let remedy: String
        if let nearest = Spelling.nearest(to: entry.name, in: names) {
            remedy = "Did you mean \(fullPath(nearest))?"
        } else if let elsewhere = FieldTable.paths(endingIn: entry.name).first {
            remedy = "There is \(elsewhere): move it there."
        } else {
            remedy = known
        }
        add(String(entry.name.prefix(64)), entry.value, "There is no such field. \(remedy)")
    }

    private mutating func add(_ name: String, _ value: SpecificationValue, _ reason: String) {
        problems.add(fullPath(name), value: value.excerpt, reason)
    }

    private func fullPath(_ name: String) -> String {
        (path + (name.isEmpty ? [] : [name])).joined(separator: ".")
    }
}

/// Writes a specification with all its values, including defaults.
enum SpecificationWriter {
    /// The fields that a job of this kind has.
    static func value<Section: SpecificationSection>(of section: Section, kind: JobKind) -> SpecificationValue {
        .section(
            Section.fields.compactMap { field in
                switch field.content {
                case .value(let value):
                    guard value.kinds.contains(kind) else { return nil }
                    return value.write(section).map { .init(field.name, $0) }
                case .section(let nested):
                    let written = nested.write(section, kind)
                    return written == .section([]) ? nil : .init(field.name, written)
                }
            })
    }
}
