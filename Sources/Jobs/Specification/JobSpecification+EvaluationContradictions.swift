extension JobSpecification {
    /// Adds problems with what evaluations ask.
    func addEvaluationContradictions(to problems: inout SpecificationProblems) {
        let defaults = EvaluationSpecification()
        let templates = [
            (EvaluationSpecification.Axis.plan, evaluation.planTemplate, defaults.planTemplate),
            (.facts, evaluation.factsTemplate, defaults.factsTemplate),
        ]
        for (axis, template, standard) in templates {
            let path = "evaluation.\(axis.rawValue)_template"
            if template != standard, !evaluation.axes.contains(axis) {
                problems.add(
                    path, value: template,
                    "evaluation.axes has no \(axis.rawValue), so nothing uses it. Remove it, or add that.")
            } else if !template.contains("{\(axis.rawValue)}") || !template.contains("{prompt}") {
                problems.add(
                    path, value: template,
                    "It needs {prompt} and {\(axis.rawValue)}, where the record's belong. Put both into it.")
            }
        }
        if evaluation.gradientPrompts > 0, evaluation.samples < 2 {
            problems.add(
                "evaluation.gradient_prompts", value: "\(evaluation.gradientPrompts)",
                "Gradients of several responses to a prompt are compared. Give evaluation.samples of 2 or more, and an "
                    + "evaluation.temperature above 0.")
        }
        if evaluation.gradientPrompts == 0, evaluation.gradientRank != defaults.gradientRank {
            problems.add(
                "evaluation.gradient_rank", value: "\(evaluation.gradientRank)",
                "evaluation.gradient_prompts is 0, so nothing uses it. Remove it, or give a number of prompts.")
        }
        if !evaluation.axes.isEmpty, data.heldOut == nil, !problems.mentions("data.held_out") {
            problems.add(
                "evaluation.axes", "There is no data.held_out to ask. Name some, or remove evaluation.axes.")
        }
    }
}
