/// Why a tokenizer could not be loaded, or a text could not be encoded.
public struct TokenizerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Sendable, Equatable {
        private enum Value { case unreadable, malformed, unsupported, inconsistent, limit }
        private let value: Value

        /// A file is missing or cannot be read.
        public static let unreadable = Code(value: .unreadable)
        /// A file is not JSON, or a value has the wrong type.
        public static let malformed = Code(value: .malformed)
        /// A file names a construct that this implementation does not know.
        public static let unsupported = Code(value: .unsupported)
        /// The parts of a file contradict each other.
        public static let inconsistent = Code(value: .inconsistent)
        /// A file's rules take too much time or memory for a text.
        public static let limit = Code(value: .limit)
    }

    public var code: Code
    /// The file at fault, as given by the caller.
    public var file: String
    /// What is wrong and, if there is one, the remedy.
    public var message: String

    public init(code: Code, file: String, message: String) {
        self.code = code
        self.file = file
        self.message = message
    }

    public var description: String { "\(file): \(message)" }

    static let patternTakesTooLong = TokenizerError(
        code: .limit, file: "tokenizer.json",
        message: "one of its regular expressions takes too long on this text. Send a shorter text, or simplify the "
            + "expression.")
}
