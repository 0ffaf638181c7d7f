/// The `\boxed{…}` that a response ends with.
enum BoxedAnswer {
    static let opening = "\\boxed{"

    static func text(_ content: String) -> String { opening + content + "}" }

    /// The content of the last complete box: up to the brace that closes it.
    ///
    /// - Complexity: O(length of the response).
    static func last(in response: String) -> String? {
        let bytes = Array(response.utf8)
        // Braces that are open, with the place where a box's content begins where the brace is one's.
        var open: [Int?] = []
        var last: Range<Int>?
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "{") {
                open.append(bytes[...index].ends(with: opening.utf8) ? index + 1 : nil)
            } else if bytes[index] == UInt8(ascii: "}"), let begin = open.popLast() ?? nil,
                begin > last?.lowerBound ?? -1
            {
                last = begin..<index
            }
        }
        return last.map { String(decoding: bytes[$0], as: UTF8.self) }
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

extension ArraySlice<UInt8> {
    fileprivate func ends(with text: String.UTF8View) -> Bool { suffix(text.count).elementsEqual(text) }
}
