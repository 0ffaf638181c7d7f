/// Why a policy's files could not be read, interpreted or written.
///
/// `message` names the file, the field or tensor, what was found and what to do about it.
public struct PolicyError: Error, Sendable, CustomStringConvertible {
    /// The kind of error; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case notFound, unreadable, malformed, truncated, unsupported, invalid, missingTensor, shapeMismatch
            case alreadyExists, unwritable, outOfSpace
        }
        private let kind: Kind
        private init(_ kind: Kind) { self.kind = kind }

        /// A required file or folder does not exist.
        public static let notFound = Code(.notFound)
        /// The operating system did not let us read it.
        public static let unreadable = Code(.unreadable)
        /// The bytes do not follow their format.
        public static let malformed = Code(.malformed)
        /// The file is shorter than its own header says.
        public static let truncated = Code(.truncated)
        /// Well formed, but not supported.
        public static let unsupported = Code(.unsupported)
        /// Values that contradict each other or make no sense.
        public static let invalid = Code(.invalid)
        public static let missingTensor = Code(.missingTensor)
        public static let shapeMismatch = Code(.shapeMismatch)
        /// Something already exists where we would write.
        public static let alreadyExists = Code(.alreadyExists)
        /// The operating system did not let us write, for example for lack of permission.
        public static let unwritable = Code(.unwritable)
        /// The disk, or its quota, is full.
        public static let outOfSpace = Code(.outOfSpace)

        public var description: String { kind.rawValue }
    }

    public var code: Code
    /// Addressed to the person who can fix it.
    public var message: String
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { message }
}
