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
        if !evaluation.axes.isEmpty, data.heldOut == nil, !problems.mentions("data.held_out") {
            problems.add(
                "evaluation.axes", "There is no data.held_out to ask. Name some, or remove evaluation.axes.")
        }
    }
}
