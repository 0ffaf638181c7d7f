/// A method that takes one message and returns one.
public struct UnaryMethod<Request: ProtobufMessage, Response: ProtobufMessage>: Sendable {
    public let name: MethodName
    public init(_ name: MethodName) { self.name = name }
}

/// A method that takes one message and returns any number.
public struct ServerStreamingMethod<Request: ProtobufMessage, Response: ProtobufMessage>: Sendable {
    public let name: MethodName
    public init(_ name: MethodName) { self.name = name }
}

/// A method in which both sides send any number of messages, independently of each other.
public struct BidirectionalMethod<Request: ProtobufMessage, Response: ProtobufMessage>: Sendable {
    public let name: MethodName
    public init(_ name: MethodName) { self.name = name }
}
