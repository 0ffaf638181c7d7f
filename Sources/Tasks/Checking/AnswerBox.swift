/// The exact bytes of the `\boxed{…}` that ends a solution of a built-in task.
///
/// `StatedAnswer` finds a response's answer however it is written.
enum AnswerBox {
    private static let opening = "\\boxed{"

    static func text(_ content: String) -> String { opening + content + "}" }

    /// The content of a step that begins with the box, up to the closing brace; nil if it is not closed.
    static func content(of step: ResponseStep) -> ArraySlice<UInt8>? {
        guard step.text.starts(with: opening.utf8) else { return nil }
        let text = step.text.dropFirst(opening.utf8.count)
        var depth = 1
        for index in text.indices {
            if text[index] == UInt8(ascii: "{") { depth += 1 }
            if text[index] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return text[..<index] }
        }
        return nil
    }

    /// Whether a step is meant to be the box, judging by its beginning.
    static func begins(_ step: ResponseStep) -> Bool {
        guard step.text.first == UInt8(ascii: "\\") else { return false }
        return step.text.starts(with: opening.utf8) || !step.isClosed && opening.utf8.starts(with: step.text)
    }

    /// What is wrong with a last step that should be a box with this content; nil if nothing is.
    static func fault(in step: ResponseStep, content: String) -> StepFault.Kind? {
        if step.isClosed { return .format }
        let expected = Array(text(content).utf8)
        if step.text.elementsEqual(expected) { return nil }
        if expected.starts(with: step.text) { return .truncated }
        guard step.text.starts(with: opening.utf8) else { return .format }
        guard let inside = Self.content(of: step) else { return .truncated }
        return inside.endIndex + 1 == step.text.endIndex ? .copy : .format
    }
}
