/// Colours by meaning.
///
/// If off, texts are returned unchanged.
package struct Style: Sendable, Equatable {
    package let isOn: Bool

    package static let plain = Style(isOn: false)

    package enum Role {
        case heading, faint, accent, mark, good, warning, bad

        fileprivate var code: String {
            switch self {
            case .heading: "1"
            case .faint: "2"
            case .accent: "36"
            case .mark: "1;33"
            case .good: "32"
            case .warning: "33"
            case .bad: "31"
            }
        }
    }

    package func callAsFunction(_ role: Role, _ text: String) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(role.code)m\(text)\u{1B}[0m" : text
    }

    /// Text on a background of one of the terminal's 256 colours.
    package func background(_ colour: Int, _ text: String) -> String {
        isOn ? "\u{1B}[48;5;\(colour)m\(text)\u{1B}[0m" : text
    }
}
