import Wire

@testable import Console

/// Messages to draw.
enum Samples {
    static func step(
        _ index: Int32, _ range: Range<Int32>, _ text: String, influence: Float = 0, head: (Int32, Int32)? = nil,
        excess: Float = 0, afterThinking: Bool = false
    ) -> V1.Step {
        var step = V1.Step()
        step.index = index
        step.start = range.lowerBound
        step.end = range.upperBound
        step.text = text
        step.influence = influence
        step.excess = excess
        step.afterThinking = afterThinking
        if let head {
            var top = V1.HeadInfluence()
            var place = V1.LayerHead()
            place.layer = head.0
            place.head = head.1
            top.head = place
            top.influence = influence
            step.topHeads = [top]
        }
        return step
    }

    static func trace(_ steps: [V1.Step]) -> V1.Trace {
        var trace = V1.Trace()
        trace.policy = "mini"
        trace.version = 3
        trace.promptTokens = steps.first?.end ?? 0
        trace.totalTokens = steps.last?.end ?? 0
        trace.separator = .blankLine
        trace.gap = 4
        trace.layers = 6
        trace.heads = 8
        trace.steps = steps
        return trace
    }

    static let reasoning = trace([
        step(0, 0..<14, "What is 12 * 13?"),
        step(1, 14..<22, "Let me think.\n\n"),
        step(
            2, 22..<70, "12 * 13 can be written as 12 * (10 + 3), which is easier to compute by hand.\n\n",
            influence: 0.0614, head: (3, 1), excess: 1.352),
        step(3, 70..<95, "12 * 10 = 120\nand\n12 * 3 = 36\n\n", influence: 0.0302, head: (5, 7)),
        step(4, 95..<120, "So the sum is 120 + 36 = 156.\n\n", influence: 0.0451, head: (3, 1), excess: 0.378),
        step(5, 120..<141, "Check: 156 / 12 = 13. \u{1B}[2J\n\n", influence: 0.0008, head: (0, 2)),
        step(6, 141..<150, "Good.\n\n"),
        step(7, 150..<152, "</think>\n\n", afterThinking: true),
        step(8, 152..<160, "The answer is \\boxed{156}.", afterThinking: true),
    ])

    static func plain(_ width: Int) -> Terminal { Terminal(isInteractive: false, hasColour: false, width: width) }

    static func rows(_ first: Int32, _ rows: [[Float]], kind: V1.StepMapKind = .mean) -> V1.StepMapRows {
        var message = V1.StepMapRows()
        message.kind = kind
        message.firstRow = first
        message.rowCount = Int32(rows.count)
        message.values = rows.flatMap { $0 }
        return message
    }
}
