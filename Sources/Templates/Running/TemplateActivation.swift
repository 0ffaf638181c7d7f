/// One run of a template's function, with its variables.
///
/// A class because functions defined inside still see the variables, even after the run has ended.
final class TemplateActivation {
    let parent: TemplateActivation?
    let depth: Int
    /// nil for variables that are not set.
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
