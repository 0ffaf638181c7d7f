/// Why bytes are not a message of the expected type.
public struct ProtobufError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Problem: Sendable, Equatable {
        /// The bytes end within a field, which begins at this offset.
        case truncated(offset: Int)
        /// A field number of 0 or above 2^29 - 1, or an integer of more than 10 bytes, or a packed field that does not
        /// consist of whole elements.
        case malformed(offset: Int)
        /// A field encoded as a type other than the .proto file's, or in a way that protobuf does not have.
        case wrongEncoding(offset: Int)
        case invalidUTF8
        case nestedTooDeep(limit: Int)
        /// Unpacked, it would take more memory than a message of its length may.
        case tooLarge(byteCount: Int)
    }

    /// Full name of the message type that was read.
    public var message: String
    /// Path of the field, for example `prompt.chat.messages.content`; empty if the fault is not in a known field.
    public var field: String
    public var problem: Problem

    public init(message: String, field: String, problem: Problem) {
        self.message = message
        self.field = field
        self.problem = problem
    }

    /// The same error as seen from the enclosing message.
    package func inside(_ outer: StaticString) -> ProtobufError {
        ProtobufError(message: message, field: field.isEmpty ? "\(outer)" : "\(outer).\(field)", problem: problem)
    }

    /// What is wrong, but not where.
    public var reason: String {
        switch problem {
        case .truncated(let offset):
            "The message ends within the field at byte \(offset). Send all of it."
        case .malformed(let offset):
            "Byte \(offset) cannot stand there in a protobuf message. Check how it was encoded."
        case .wrongEncoding(let offset):
            "The value at byte \(offset) is encoded as another type. Check that both sides use the same .proto file."
        case .invalidUTF8:
            "The text is not valid UTF-8. Send text as UTF-8."
        case .nestedTooDeep(let limit):
            "Messages are nested more than \(limit) deep."
        case .tooLarge(let byteCount):
            "The \(byteCount) bytes hold so many small values that they take too much memory. Split the message."
        }
    }

    public var description: String {
        field.isEmpty ? "\(message): \(reason)" : "\(message), field \(field): \(reason)"
    }
}
