extension JobSpecification {
    /// Reads a specification in YAML or JSON.
    ///
    /// - Parameter changes: Values to set before reading, by path.
    /// - Throws: All problems found: unknown fields, wrong types, values out of range, contradictions.
    public init(
        text: String, changes: [(path: String, value: String)] = []
    ) throws(SpecificationProblems) {
        var value = try SpecificationText.parse(text)
        for change in changes {
            let path = change.path.split(separator: ".")
            guard path.count <= 8 else {
                throw SpecificationProblems(path: String(change.path.prefix(64)), "There is no such field.")
            }
            value.set(path, to: try SpecificationText.parseValue(change.value))
        }
        try self.init(value: value)
    }

    /// Reads a specification that was accepted before, maybe by an earlier version of the program: one with values that
    /// nothing reads is still what its job does.
    package init(stored text: String) throws(SpecificationProblems) {
        try self.init(value: try SpecificationText.parse(text), refusesUnused: false)
    }

    /// Reads a specification.
    public init(value: SpecificationValue) throws(SpecificationProblems) {
        try self.init(value: value, refusesUnused: true)
    }

    private init(value: SpecificationValue, refusesUnused: Bool) throws(SpecificationProblems) {
        guard case .section(let entries) = value else {
            throw SpecificationProblems(
                path: "", "A specification is a section with fields such as kind and data, and this is \(value.kind).")
        }
        guard !entries.isEmpty else {
            throw SpecificationProblems(
                path: "", "The specification is empty. `attnrl job spec grpo` prints one to start from.")
        }
        let (kind, kindProblem) = Self.kind(in: value)
        // Even if the kind is unknown, the other fields are worth checking: all problems are reported at once.
        var specification = JobSpecification(kind: kind ?? .grpo)
        var reader = SpecificationReader(kind: specification.kind, checksKinds: kind != nil)
        if let kindProblem { reader.add(kindProblem) }
        reader.read(value, into: &specification)
        var problems = reader.problems
        specification.addContradictions(to: &problems)
        if refusesUnused { specification.addUnused(to: &problems) }
        try problems.check()
        self = specification
    }

    private static func kind(in value: SpecificationValue) -> (JobKind?, SpecificationProblem?) {
        guard let written = value.field("kind"), written != .null else {
            return (nil, .init(path: "kind", "It is missing. Write one of \(Set<JobKind>.all.names())."))
        }
        // An invalid kind is reported when the fields are read.
        guard case .success(let kind) = FieldCodec<JobKind>.choice.read(written) else { return (nil, nil) }
        return (kind, nil)
    }

    /// All values that a job of this kind has, including defaults.
    public var value: SpecificationValue { SpecificationWriter.value(of: self, kind: kind) }

    /// All values in YAML.
    public var yaml: String { SpecificationText.yaml(value) }

    /// All values in JSON.
    public var json: String { SpecificationText.json(value) }
}
