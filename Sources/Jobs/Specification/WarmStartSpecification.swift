/// What a warm start draws, and what it keeps of it.
public struct WarmStartSpecification: Sendable, Equatable {
    /// How right responses are chosen.
    public enum Selection: String, SpecificationChoice {
        /// Those that lie farthest apart: each next one is the one farthest from all chosen before.
        case maxMin = "max_min"
        /// Any, to compare with.
        case random
    }

    public var templates = ["{prompt}"]
    public var prompts = 64
    public var perPrompt = 2
    public var select = Selection.maxMin
    public var layer: Int?

    public init() {}
}

extension WarmStartSpecification: SpecificationSection {
    static var fields: [SpecificationField<Self>] {
        [
            .value(
                "templates", \.templates, .texts(count: 64, limit: 16384), .program, kinds: .curating,
                "What asks for different ways to reason, one after the other: system messages with `data.chat`, otherwise "
                    + "prompts in which `{prompt}` stands for the record's. Each has `rollout.group_size` responses. What "
                    + "is learnt follows the prompt as `data` has it."),
            .value(
                "prompts", \.prompts, .whole(1...1_000_000), .program, kinds: .curating,
                "Records that responses are collected from, in the job's first steps; those after them learn."),
            .value(
                "per_prompt", \.perPrompt, .whole(1...1024), .program, kinds: .curating,
                "Right responses to one prompt that are kept at most."),
            .value(
                "select", \.select, .choice, .program, kinds: .curating,
                "Which right responses are kept: `max_min` those whose mean hidden states lie farthest apart, `random` "
                    + "any."),
            .value(
                "layer", \.layer, .optional(.whole(0...1000)), .program, kinds: .curating,
                "The layer of these hidden states: 0 is the embedding. Not set: the last, after the final norm."),
        ]
    }
}

extension JobSpecification {
    /// Steps that collect responses, before those that learn them.
    package var collectingSteps: Int { (warmStart.prompts + batch.promptsPerStep - 1) / batch.promptsPerStep }

    func addWarmStartContradictions(to problems: inout SpecificationProblems) {
        if warmStart.templates.isEmpty, !problems.mentions("warm_start.templates") {
            problems.add(
                "warm_start.templates",
                "There is none, so nothing asks for different ways to reason. Give some: "
                    + (data.chat ? "system messages." : "prompts that have {prompt} in them."))
        }
        if data.chat {
            for (index, template) in warmStart.templates.enumerated() where template.contains("{prompt}") {
                problems.add(
                    "warm_start.templates[\(index)]", value: template,
                    "With data.chat templates are system messages, and {prompt} stands for nothing in them. Write what the "
                        + "policy is to be told, or set data.chat to false.")
            }
        } else {
            for (index, template) in warmStart.templates.enumerated() where !template.contains("{prompt}") {
                problems.add(
                    "warm_start.templates[\(index)]", value: template,
                    "It has no {prompt}, so every prompt would be the same. Put {prompt} where the record's prompt "
                        + "belongs, or set data.chat to true, where templates are system messages.")
            }
        }
        if epochs != nil {
            problems.add(
                "epochs",
                "They count passes over data.train, of which a warm start takes warm_start.prompts. Give steps instead."
            )
        }
        if let steps, steps <= collectingSteps, !problems.mentions("warm_start.prompts") {
            problems.add(
                "steps", value: "\(steps)",
                "The first \(collectingSteps) steps collect warm_start.prompts, \(warmStart.prompts), and none is left to "
                    + "learn them. Give more steps, or fewer prompts.")
        }
    }
}
