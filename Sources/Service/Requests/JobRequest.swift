import Jobs
import Messages
import Rollouts
import Wire

/// Job specifications and ids in requests.
extension FieldProblems {
    /// Adds the problems of a specification.
    ///
    /// - Parameter path: Path of the message that holds it, with a trailing dot; empty for one sent as text.
    mutating func add(_ problems: SpecificationProblems, path: String) {
        for problem in problems.problems {
            let field = problem.path.isEmpty ? (path.isEmpty ? "text" : String(path.dropLast())) : path + problem.path
            add(field, value: problem.value, problem.reason)
        }
    }

    /// - Returns: The job's id; nil, with a problem added, if the text is not one.
    mutating func job(_ text: String, path: String) -> JobID? {
        if let id = JobID(text) { return id }
        add(
            path, value: text,
            text.isEmpty ? "It is missing. Give a job's id, as in job-12." : "A job's id looks like job-12.")
        return nil
    }

    mutating func requestID(_ id: String) {
        require(
            id.utf8.count <= 256, "request_id", value: "\(id.utf8.count) bytes",
            "The id has \(id.utf8.count) bytes. Give at most 256.")
    }
}

/// What a `CreateJobRequest` asks for.
struct RequestedSpecification {
    let specification: JobSpecification
    /// The path of its fields, for problems found later.
    let path: String

    /// - Throws: INVALID_ARGUMENT with the problems of all fields.
    init(_ request: V1.CreateJobRequest) throws {
        var problems = FieldProblems()
        problems.requestID(request.requestId)
        path = if case .text = request.source { "" } else { "specification." }
        do throws(SpecificationProblems) {
            specification = try JobSpecification(value: Self.value(request))
        } catch {
            problems.add(error, path: path)
            try problems.check()
            throw RPCError(unexpected: error)
        }
        try problems.check()
    }

    private static func value(_ request: V1.CreateJobRequest) throws(SpecificationProblems) -> SpecificationValue {
        switch request.source {
        case .text(let text): return try SpecificationText.parse(text)
        case .specification(let message): return SpecificationValue(message: message)
        case nil:
            throw SpecificationProblems(path: "", "There is none. Give a specification, or its text in YAML or JSON.")
        }
    }
}
