internal import Basics
public import Foundation

/// A checkpoint file in which a program keeps the state it resumes from, as JSON.
public struct StateFile<State: Codable>: Sendable {
    private let name: String

    public init(_ name: String) { self.name = name }

    /// Reads what `write` wrote.
    ///
    /// - Throws: `JobError.damagedCheckpoint`.
    public func read(from checkpoint: URL) throws(JobError) -> State {
        guard let data = try? Data(contentsOf: checkpoint.appendingPathComponent(name)) else {
            throw .damagedCheckpoint(path: checkpoint.path, reason: "\(name) cannot be read.")
        }
        guard let state = try? JSONDecoder().decode(State.self, from: data) else {
            throw .damagedCheckpoint(
                path: checkpoint.path, reason: "\(name) is not what this version of the program writes.")
        }
        return state
    }

    /// Writes into a checkpoint that is being made, which nobody reads before all of it is there.
    public func write(_ state: State, into checkpoint: URL) throws {
        try encoded(state).writeAll(to: checkpoint.appendingPathComponent(name))
    }

    /// Writes into a folder that others may be reading: they find the whole file, or what was there before.
    public func replace(with state: State, in folder: URL) throws {
        try Durably.write(try encoded(state), whole: folder.appendingPathComponent(name))
    }

    private func encoded(_ state: State) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(state)
    }
}
