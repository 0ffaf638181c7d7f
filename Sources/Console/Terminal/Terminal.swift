import Foundation

/// What a stream can show: colour and motion only if a person is looking at it.
package struct Terminal: Sendable, Equatable {
    /// Whether text may be redrawn: true for a terminal that is not dumb.
    package var isInteractive: Bool
    package var hasColour: Bool
    /// The number of columns available for text.
    package var width: Int

    /// A plain file or pipe.
    package static let plain = Terminal(isInteractive: false, hasColour: false, width: defaultWidth)

    /// The width of tables if none is specified.
    package static let defaultWidth = 100
    private static let allowedWidths = 40...240

    /// Examines an open file: whether it is a terminal, its width, and whether the environment asks for plain output.
    ///
    /// Respects NO_COLOR, TERM=dumb and COLUMNS, the latter also for pipes.
    package init(descriptor: Int32, environment: [String: String] = ProcessInfo.processInfo.environment) {
        isInteractive = isatty(descriptor) == 1 && environment["TERM"] != "dumb"
        hasColour = isInteractive && environment["NO_COLOR", default: ""].isEmpty
        let asked = environment["COLUMNS"].flatMap { Int($0) }
        let found = asked ?? Self.windowWidth(descriptor) ?? Self.defaultWidth
        width = min(max(found, Self.allowedWidths.lowerBound), Self.allowedWidths.upperBound)
    }

    package init(isInteractive: Bool, hasColour: Bool, width: Int) {
        self.isInteractive = isInteractive
        self.hasColour = hasColour
        self.width = width
    }

    private static func windowWidth(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// The text style for this terminal.
    package var style: Style { Style(isOn: hasColour) }
}
