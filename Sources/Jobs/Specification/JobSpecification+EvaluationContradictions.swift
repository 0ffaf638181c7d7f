extension JobSpecification {
    /// Adds problems with what evaluations ask.
    func addEvaluationContradictions(to problems: inout SpecificationProblems) {
        let templates = [
            (EvaluationSpecification.Axis.plan, evaluation.planTemplate), (.facts, evaluation.factsTemplate),
        ]
        for (axis, template) in templates where evaluation.axes.contains(axis) {
            guard !template.contains("{\(axis.rawValue)}") || !template.contains("{prompt}") else { continue }
            problems.add(
                "evaluation.\(axis.rawValue)_template", value: template,
                "It needs {prompt} and {\(axis.rawValue)}, where the record's belong. Put both into it.")
        }
        if evaluation.gradientPrompts > 0, evaluation.samples < 2 {
            problems.add(
                "evaluation.gradient_prompts", value: "\(evaluation.gradientPrompts)",
                "Gradients of several responses to a prompt are compared. Give evaluation.samples of 2 or more, and an "
                    + "evaluation.temperature above 0.")
        }
        if !evaluation.axes.isEmpty, data.heldOut == nil, !problems.mentions("data.held_out") {
            problems.add(
                "evaluation.axes", "There is no data.held_out to ask. Name some, or remove evaluation.axes.")
        }
    }
}
