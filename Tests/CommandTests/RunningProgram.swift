import Foundation
import Guarding
import TestSupport

/// A process under test: its streams are collected as they come.
final class RunningProgram: Sendable {
    private let process: Guarded<Process>
    private let input: FileHandle
    private let output = Guarded("")
    private let talk = Guarded("")
    private let ended: Task<Void, Never>

    init(_ executable: URL, _ arguments: [String], environment: [String: String]) throws {
        // A program that ends early must not take the tests with it.
        signal(SIGPIPE, SIG_IGN)
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        let (input, output, talk) = (Pipe(), Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = talk
        self.input = input.fileHandleForWriting
        let streams = [
            Self.collect(output.fileHandleForReading, into: self.output),
            Self.collect(talk.fileHandleForReading, into: self.talk),
        ]
        try process.run()
        self.process = Guarded(process)
        ended = Task { for stream in streams { await stream.value } }
    }

    private static func collect(_ handle: FileHandle, into text: Guarded<String>) -> Task<Void, Never> {
        let (done, continuation) = AsyncStream.makeStream(of: Void.self)
        Thread.detachNewThread {
            while true {
                let data = handle.availableData
                guard !data.isEmpty else { break }
                text.withLock { $0 += String(decoding: data, as: UTF8.self) }
            }
            continuation.finish()
        }
        return Task { for await _ in done {} }
    }

    /// Writes to the program's standard input; one that has ended already does not mind.
    func type(_ text: String) { try? input.write(contentsOf: Data(text.utf8)) }
    func endInput() { try? input.close() }
    func send(_ signal: Int32) { kill(process.withLock(\.processIdentifier), signal) }

    /// What was written so far.
    var outputSoFar: String { output.withLock { $0 } }
    var talkSoFar: String { talk.withLock { $0 } }

    /// Waits until a condition holds; false when the process ended first.
    func wait(until condition: @Sendable (RunningProgram) -> Bool) async -> Bool {
        let hasStopped = await eventually { condition(self) || !process.withLock(\.isRunning) }
        // What it wrote last may still be on its way from the pipe.
        if !process.withLock(\.isRunning) { await ended.value }
        return hasStopped && condition(self)
    }

    /// Waits for the end; a process that hangs is killed.
    func outcome() async -> Program.Outcome {
        let killer = Task { [process] in
            try await Task.sleep(for: hangLimit)
            process.withLock { if $0.isRunning { kill($0.processIdentifier, SIGKILL) } }
        }
        await ended.value
        while process.withLock(\.isRunning) { try? await Task.sleep(for: .milliseconds(5)) }
        killer.cancel()
        let status = process.withLock { process in
            process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        }
        return Program.Outcome(status: status, output: outputSoFar, talk: talkSoFar)
    }
}
