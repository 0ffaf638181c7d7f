/// One run of a function of a template, with its variables.
///
/// A class because functions written inside go on seeing the variables, also after the run ended.
final class TemplateActivation {
    let parent: TemplateActivation?
    let depth: Int
    /// Nil for what is not set.
    private var cells: [PythonValue?]

    init(parent: TemplateActivation?, depth: Int, slotCount: Int) {
        self.parent = parent
        self.depth = depth
        cells = Array(repeating: nil, count: slotCount)
    }

    subscript(_ slot: TemplateSlot) -> PythonValue? {
        get {
            guard slot.depth < depth, let parent else { return cells[slot.index] }
            return parent[slot]
        }
        set { cells[slot.index] = newValue }
    }

    func clear() { cells = [] }
}
