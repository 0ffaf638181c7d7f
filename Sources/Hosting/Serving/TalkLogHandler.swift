import Console
import Foundation
import JSONCoding
import Logging

/// Writes log messages to standard error, one line each.
struct TalkLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let format: LogArguments.LogFormat

    init(label: String, logLevel: Logger.Level, format: LogArguments.LogFormat) {
        self.label = label
        self.logLevel = logLevel
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var values = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            .map { (name: $0.key, value: $0.value.description) }
        if let error = event.error { values.append(("error", "\(error)")) }
        let (level, message, time) = (event.level, event.message.description, Date())
        switch format {
        case .text: Output.talk.line(Self.text(level, message, values, time, Output.talk.terminal.style))
        case .json: Output.talk.line(Self.json(level, message, values, time, label))
        }
    }

    static func text(
        _ level: Logger.Level, _ message: String, _ values: [(name: String, value: String)], _ time: Date,
        _ style: Style
    ) -> String {
        let clock = style(.faint, String(timestamp(time).dropFirst(11).prefix(8)))
        let name = TextWidth.padded(level.rawValue, to: 7)
        let shown = level >= .error ? style(.bad, name) : level == .warning ? style(.warning, name) : name
        let details = values.map { style(.faint, "\($0.name)=\(SafeText.singleLine($0.value))") }
        return ([clock, shown, SafeText.singleLine(message)] + details).joined(separator: " ")
    }

    static func json(
        _ level: Logger.Level, _ message: String, _ values: [(name: String, value: String)], _ time: Date,
        _ label: String
    ) -> String {
        JSONValue.fields([
            "time": .string(timestamp(time)), "level": .string(level.rawValue), "message": .string(message),
            "label": .string(label),
        ])
        .appending(.object(values.map { .init(key: $0.name, value: .string($0.value)) })).compact
    }

    /// In UTC, as in `2026-01-31T12:00:00.123Z`.
    private static func timestamp(_ time: Date) -> String {
        time.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
            + "Z"
    }
}
