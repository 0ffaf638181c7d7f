import Messages
import Testing
import Wire

@testable import Jobs
@testable import Service

@Suite("Specifications as messages")
struct JobMessageTests {
    @Test("A message has exactly the fields of its kind, each with its own value", arguments: JobKind.allCases)
    func everyField(kind: JobKind) throws {
        let rows = FieldTable.rows.filter { $0.kinds.contains(kind) }
        var specification = JobSpecification(kind: kind)
        for row in rows where row.path != "kind" {
            let isChanged = try Self.change(row, in: &specification)
            #expect(isChanged != Self.hasOneValue(row), "\(row.path)")
        }
        let value = SpecificationValue(message: try V1.JobSpecification(specification))
        #expect(Self.paths(value) == Set(rows.map(\.path)))
        #expect(try Self.read(value, kind) == specification)
    }

    @Test("Of defaults, what is not set is not in the message", arguments: JobKind.allCases)
    func defaults(kind: JobKind) throws {
        let specification = JobSpecification(kind: kind)
        let value = SpecificationValue(message: try V1.JobSpecification(specification))
        // Some fields have a default for some kinds alone.
        let written = Self.paths(specification.value), required: Set = ["kind", "data.train"]
        let set = FieldTable.rows.filter { row in
            row.kinds.contains(kind)
                && (required.contains(row.path) || written.contains(row.path) && row.defaultText != "[]")
        }
        #expect(Self.paths(value) == Set(set.map(\.path)))
        #expect(try Self.read(value, kind) == specification)
    }

    @Test("A message goes through the wire as it is", arguments: JobKind.allCases)
    func wire(kind: JobKind) throws {
        let message = try V1.JobSpecification(JobSpecification(kind: kind))
        #expect(try V1.JobSpecification(serializedBytes: message.serializedBytes()) == message)
    }

    // MARK: Changing any field

    /// Reads without asking whether values go together: not all changed ones do.
    private static func read(_ value: SpecificationValue, _ kind: JobKind) throws -> JobSpecification {
        var specification = JobSpecification(kind: kind)
        var reader = SpecificationReader(kind: kind)
        reader.read(value, into: &specification)
        try reader.problems.check()
        return specification
    }

    private static func hasOneValue(_ row: FieldRow) -> Bool { choices(row).count == 1 }

    private static func choices(_ row: FieldRow, after prefix: String = "one of ") -> [String] {
        row.type.hasPrefix(prefix) ? row.type.dropFirst(prefix.count).split(separator: ", ").map(String.init) : []
    }

    /// Gives a field the first of some values that it allows and does not have; false where it allows none.
    private static func change(_ row: FieldRow, in specification: inout JobSpecification) throws -> Bool {
        let candidates: [SpecificationValue] =
            choices(row).map { .text($0) } + choices(row, after: "list of ").map { .list([.text($0)]) } + [
                .flag(true), .flag(false), .large(.max), .whole(3), .whole(4), .whole(64), .number(0.375), .number(1.5),
                .text("a: \u{85}é"), .text("[5]"), .text("{\"a\": 5}"), .list([.text("b"), .text("c")]),
            ]
        let path = row.path.split(separator: ".")
        for candidate in candidates {
            var value = SpecificationValue.section([])
            value.set(path, to: candidate)
            var changed = specification
            var reader = SpecificationReader(kind: specification.kind)
            reader.read(value, into: &changed)
            if reader.problems.isEmpty, changed != specification {
                specification = changed
                return true
            }
        }
        return false
    }

    private static func paths(_ value: SpecificationValue, _ prefix: String = "") -> Set<String> {
        guard case .section(let entries) = value else { return [] }
        return entries.reduce(into: []) { paths, entry in
            if case .section = entry.value {
                paths.formUnion(Self.paths(entry.value, prefix + entry.name + "."))
            } else {
                paths.insert(prefix + entry.name)
            }
        }
    }
}
