import Foundation
import Testing

@Suite("Generated code")
struct GeneratorTests {
    private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What the generator needs: protoc's two programs, and the system's Python with protobuf.
    private static var missing: String? {
        for tool in ["protoc", "protoc-gen-c"] where !FileManager.default.isExecutableFile(atPath: "/usr/bin/\(tool)") {
            return "/usr/bin/\(tool)"
        }
        let python = try? run("/usr/bin/python3", ["-c", "import google.protobuf"])
        return python?.status == 0 ? nil : "protobuf for /usr/bin/python3"
    }

    @Test(
        "What is committed is what protos/generate makes",
        .enabled(if: missing == nil, "needs protoc, protoc-gen-c and python3-protobuf"))
    func upToDate() throws {
        let check = try Self.run(Self.root.appending(path: "protos/generate").path, ["--check"])
        #expect(check.status == 0, "run protos/generate and commit what it writes:\n\(check.output)")
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Foundation.Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
