public struct ChatTemplate: Sendable { public init(_ s: String) throws {} }
