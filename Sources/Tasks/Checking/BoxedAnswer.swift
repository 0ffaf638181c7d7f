/// The `\boxed{…}` that a response ends with.
enum BoxedAnswer {
    static let opening = "\\boxed{"

    static func text(_ content: String) -> String { opening + content + "}" }

    /// The content of the last complete box: up to the brace that closes it.
    static func last(in response: String) -> String? {
        let bytes = Array(response.utf8)
        let marker = Array(opening.utf8)
        var start = bytes.count - marker.count
        while start >= 0 {
            if bytes[start] == marker[0], bytes[start..<start + marker.count].elementsEqual(marker),
                let content = content(of: bytes[(start + marker.count)...])
            {
                return String(decoding: content, as: UTF8.self)
            }
            start -= 1
        }
        return nil
    }

    private static func content(of text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var depth = 1
        for index in text.indices {
            if text[index] == UInt8(ascii: "{") { depth += 1 }
            if text[index] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return text[..<index] }
        }
        return nil
    }

    /// Whether a step is meant to be the box: it begins like one.
    static func begins(_ step: ResponseStep) -> Bool {
        guard step.text.first == UInt8(ascii: "\\") else { return false }
        return step.text.starts(with: opening.utf8) || !step.isClosed && opening.utf8.starts(with: step.text)
    }

    /// What is wrong with a last step that should be a box with this content; nil where nothing is.
    static func fault(in step: ResponseStep, content: String) -> StepFault.Kind? {
        if step.isClosed { return .format }
        let expected = Array(text(content).utf8)
        if step.text.elementsEqual(expected) { return nil }
        if expected.starts(with: step.text) { return .truncated }
        guard step.text.starts(with: opening.utf8) else { return .format }
        guard let inside = Self.content(of: step.text.dropFirst(opening.utf8.count)) else { return .truncated }
        return inside.endIndex + 1 == step.text.endIndex ? .copy : .format
    }
}
