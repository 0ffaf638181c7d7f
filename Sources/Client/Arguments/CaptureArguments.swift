import ArgumentParser
import Influence
import Wire

/// What attention is captured and how influence is computed.
struct CaptureArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Steps after a step that do not count as looking back at it.", valueName: "steps"))
    var gap: Int32?

    @Flag(help: "Score steps from the one that holds </think> on as well.")
    var includeAfterThinking = false

    @Option(help: ArgumentHelp("Heads to name for each step.", valueName: "count"))
    var topHeads: Int32?

    @Option(help: "Where steps end.")
    var separator = SeparatorName.auto

    @Option(help: ArgumentHelp("The text of the separator 'text'.", valueName: "text"))
    var separatorText = ""

    func options(stepMap: V1.StepMapKind) -> V1.CaptureOptions {
        var options = V1.CaptureOptions()
        options.gap = gap
        options.includeAfterThinking = includeAfterThinking
        options.topHeads = topHeads
        options.separator = V1.StepSeparator(word: separator)
        options.separatorText = separatorText
        options.stepMap = stepMap
        return options
    }
}

/// One head: `L12.H3` or `12.3`.
struct HeadName: ExpressibleByArgument, CustomStringConvertible, Equatable {
    let layer: Int32
    let head: Int32

    init?(argument: String) {
        let parts = argument.uppercased().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let layer = Self.number(parts[0], after: "L"),
            let head = Self.number(parts[1], after: "H")
        else { return nil }
        self.layer = layer
        self.head = head
    }

    var description: String { "L\(layer).H\(head)" }

    var message: V1.LayerHead {
        var message = V1.LayerHead()
        message.layer = layer
        message.head = head
        return message
    }

    private static func number(_ text: Substring, after letter: Character) -> Int32? {
        Int32(text.first == letter ? text.dropFirst() : text).flatMap { $0 >= 0 ? $0 : nil }
    }
}
