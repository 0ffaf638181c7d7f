import Foundation

/// Why a command failed, in words for the person who ran it.
package struct Failure: Error, CustomStringConvertible {
    package let message: String
    /// Lines below the message: invalid fields, a remedy.
    package var notes: [String] = []
    package var exitCode = ExitStatus.failure

    package init(_ message: String, notes: [String] = [], exitCode: Int32 = ExitStatus.failure) {
        self.message = message
        self.notes = notes
        self.exitCode = exitCode
    }

    /// On one line, as for the log.
    package var description: String { ([message] + notes).joined(separator: " ") }

    /// `attnrl: message`, followed by the notes.
    package func text(_ style: Style) -> String {
        let first = style(.bad, "attnrl:") + " " + SafeText.escaped(message)
        return ([first] + notes.map { "  " + SafeText.escaped($0) }).joined(separator: "\n")
    }
}

extension Failure {
    /// A Foundation error: the file it names and the system's reason. Nil for other errors.
    package init?(ofSystem error: any Error) {
        guard let reason = SystemError(causing: error) else { return nil }
        let path = (error as NSError).userInfo[NSFilePathErrorKey] as? String
        self.init((path.map { "\($0): " } ?? "") + "\(reason)")
    }
}
