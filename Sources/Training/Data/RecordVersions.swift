import Basics
import Jobs
import Tasks

extension DataRecord {
    /// What an axis of an evaluation asks in place of the record's prompt: one record for a plan or facts, one for each
    /// part; none where neither the record nor its built-in task provides it.
    func versions(_ axis: EvaluationSpecification.Axis, _ specification: EvaluationSpecification) -> [DataRecord] {
        let given = taskAids
        switch axis {
        case .plan:
            return [plan.map { with($0, at: "{plan}", in: specification.planTemplate) } ?? given.plan].compactMap(
                \.self)
        case .facts:
            return [facts.map { with($0, at: "{facts}", in: specification.factsTemplate) } ?? given.facts]
                .compactMap(\.self)
        case .subproblems:
            guard !subproblems.isEmpty else { return given.subproblems }
            return subproblems.map { part in
                var record = self
                // It may be of another kind than the problem that it is part of.
                (record.source, record.response, record.answers) = (nil, nil, [part.answer])
                record.prompt = prompt.replacingLastText { _ in part.prompt }
                return record
            }
        }
    }

    private func with(_ help: String, at place: String, in template: String) -> DataRecord {
        var record = self
        // A prompt that holds the place's name is not searched for it.
        record.prompt = prompt.replacingLastText { text in
            template.split(separator: "{prompt}", omittingEmptySubsequences: false)
                .map { $0.replacing(place, with: help) }.joined(separator: text)
        }
        return record
    }
}

extension DataRecord.Prompt {
    /// The prompt with another text, or with another last message of the user.
    fileprivate func replacingLastText(_ change: (String) -> String) -> Self {
        switch self {
        case .text(let text): return .text(change(text))
        case .messages(var messages):
            guard let last = messages.lastIndex(where: { $0.role == "user" }) else { return self }
            messages[last].content = change(messages[last].content)
            return .messages(messages)
        }
    }
}
