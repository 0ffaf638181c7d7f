/// Why a chat template could not be read or rendered.
public struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Sendable, Equatable {
        private enum Value { case syntax, unsupported, invalid, limit, raised }
        private let value: Value

        /// The source is not a template.
        public static let syntax = Code(value: .syntax)
        /// The source uses a construct that this interpreter does not know.
        public static let unsupported = Code(value: .unsupported)
        /// An operation does not fit its values, for example an attribute of an undefined value.
        public static let invalid = Code(value: .invalid)
        /// Rendering took too many steps, grew too large, or nested too deep.
        public static let limit = Code(value: .limit)
        /// The template itself called `raise_exception`.
        public static let raised = Code(value: .raised)
    }

    public var code: Code
    /// The line number, from 1.
    public var line: Int
    public var message: String

    public init(code: Code, line: Int, message: String) {
        self.code = code
        self.line = line
        self.message = message
    }

    public var description: String { "chat template, line \(line): \(message)" }
}
