import Foundation
import TestSupport

/// The program itself, run as its users run it.
struct Program {
    /// Where its own configuration and working files are.
    let folder: URL
    var environment: [String: String] = [:]

    struct Outcome {
        let status: Int32
        let output: String
        let talk: String
        var outputLines: [Substring] { output.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    /// The executable lies beside the tests.
    static let executable: URL = {
        let beside = Bundle.main.bundleURL.appendingPathComponent("attnrl")
        return FileManager.default.isExecutableFile(atPath: beside.path)
            ? beside : Fixtures.root.appendingPathComponent(".build/debug/attnrl")
    }()

    /// Starts the program.
    ///
    /// Nothing of the tester's own settings reaches it.
    func start(_ arguments: [String]) throws -> RunningProgram {
        try RunningProgram(Self.executable, arguments, environment: ownEnvironment)
    }

    /// Starts the program with this much address space.
    func start(_ arguments: [String], kibibytes: Int) throws -> RunningProgram {
        try RunningProgram(
            URL(fileURLWithPath: "/bin/sh"),
            ["-c", "ulimit -v \(kibibytes) && exec \"$0\" \"$@\"", Self.executable.path] + arguments,
            environment: ownEnvironment)
    }

    /// Runs the program to its end.
    func run(_ arguments: String..., input: String? = nil) async throws -> Outcome {
        try await run(arguments, input: input)
    }

    func run(_ arguments: [String], input: String? = nil) async throws -> Outcome {
        let running = try start(arguments)
        if let input { running.type(input) }
        running.endInput()
        return await running.outcome()
    }

    private var ownEnvironment: [String: String] {
        let tester = ProcessInfo.processInfo.environment
        let basics = [
            "HOME": folder.path, "XDG_CONFIG_HOME": folder.path, "COLUMNS": "80",
            "PATH": tester["PATH"] ?? "/usr/bin:/bin",
        ]
        // A sanitizer compiled into the tests is in the program too, and reports to the same place.
        let sanitizers = tester.filter { ["TSAN_OPTIONS", "ASAN_OPTIONS"].contains($0.key) }
        return basics.merging(sanitizers) { $1 }.merging(environment) { $1 }
    }
}
