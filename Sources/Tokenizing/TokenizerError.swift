/// Why a tokenizer could not be loaded.
public struct TokenizerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Sendable, Equatable {
        private enum Value { case unreadable, malformed, unsupported, inconsistent }
        private let value: Value

        /// A file is missing or cannot be read.
        public static let unreadable = Code(value: .unreadable)
        /// A file is not JSON, or a value has the wrong type.
        public static let malformed = Code(value: .malformed)
        /// A file names a construct that this implementation does not know.
        public static let unsupported = Code(value: .unsupported)
        /// The parts of a file contradict each other.
        public static let inconsistent = Code(value: .inconsistent)
    }

    public var code: Code
    /// The file at fault, as given by the caller.
    public var file: String
    /// What is wrong and, where there is one, the remedy.
    public var message: String

    public init(code: Code, file: String, message: String) {
        self.code = code
        self.file = file
        self.message = message
    }

    public var description: String { "\(file): \(message)" }
}
