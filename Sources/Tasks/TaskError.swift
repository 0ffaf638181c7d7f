/// Why a task could not do what was asked, and how to fix it.
public struct TaskError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
