/// A stretch of a response up to a blank line, or up to the end.
struct ResponseStep {
    /// The step without its blank line.
    let text: ArraySlice<UInt8>
    /// Whether a blank line ended it.
    let isClosed: Bool

    /// The steps of a response, split as the model's steps are: after each "\n\n".
    ///
    /// What follows the last blank line is a step unless it is empty.
    static func all(of response: String) -> [ResponseStep] {
        let bytes = Array(response.utf8)
        var steps: [ResponseStep] = []
        var start = 0
        var position = 0
        while position + 1 < bytes.count {
            guard bytes[position] == newline, bytes[position + 1] == newline else {
                position += 1
                continue
            }
            steps.append(ResponseStep(text: bytes[start..<position], isClosed: true))
            position += 2
            start = position
        }
        if start < bytes.count { steps.append(ResponseStep(text: bytes[start...], isClosed: false)) }
        return steps
    }

    private static let newline = UInt8(ascii: "\n")
}
