import ArgumentParser
import Logging

/// What is logged, and in what form.
struct LogArguments: ParsableArguments {
    @Option(help: "The least urgent messages to log.")
    var logLevel = LogLevel.info

    @Option(help: "How log lines are written, on standard error.")
    var logFormat = LogFormat.text

    enum LogLevel: String, ExpressibleByArgument, CaseIterable {
        case trace, debug, info, notice, warning, error

        var level: Logger.Level {
            switch self {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
        }
    }

    enum LogFormat: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    /// A logger that writes to standard error.
    func logger(_ label: String) -> Logger {
        Logger(label: label) { TalkLogHandler(label: $0, logLevel: logLevel.level, format: logFormat) }
    }
}
