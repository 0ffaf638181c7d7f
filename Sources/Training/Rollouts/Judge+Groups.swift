extension Judge {
    /// An answer to each question, in the groups in which they were asked.
    struct GroupedJudgements: Sendable {
        let groups: [[Answer]]
        /// Why some questions have no answer; empty if all have one.
        let failure: String

        /// How many questions have no answer.
        var unjudged: Int { groups.reduce(0) { $0 + $1.count { $0 == nil } } }
    }

    /// Judges all responses of some groups, such as those to one prompt, at once; see `judge(_:job:step:label:)`.
    func judge(
        groups: [[Question]], job: String, step: Int, label: String
    ) async throws -> GroupedJudgements {
        let judgements = try await judge(groups.flatMap(\.self), job: job, step: step, label: label)
        var rest = judgements.answers[...]
        let answers = groups.map { group in
            defer { rest = rest.dropFirst(group.count) }
            return Array(rest.prefix(group.count))
        }
        return GroupedJudgements(groups: answers, failure: judgements.failure)
    }
}
