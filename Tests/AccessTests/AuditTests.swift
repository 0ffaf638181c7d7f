import Foundation
import Guarding
import JSONCoding
import TestSupport
import Testing

@testable import Access
@testable import Wire

@Suite("The audit trail")
struct AuditTests {
    private struct Handler: CallHandler {
        func serves(_ method: MethodName) -> Bool { true }

        func handle(
            _ context: CallContext, requests: any MessageSource, responses: any MessageSink
        ) async throws -> Metadata {
            if context.method == V1.TrainingService.createJob.name {
                _ = try await requests.nextRequest(V1.CreateJobRequest.self)
                var job = V1.Job()
                job.id = "job-7"
                try await responses.sendResponse(job)
            } else if context.method == V1.TrainingService.cancelJob.name {
                _ = try await requests.nextRequest(V1.CancelJobRequest.self)
                throw RPCError(.invalidArgument, "no such id")
            } else {
                _ = try await requests.nextRequest(V1.LoadPolicyRequest.self)
                throw RPCError(.notFound, "no such folder")
            }
            return [:]
        }
    }

    private static func call(_ method: MethodName, _ request: some ProtobufMessage, _ trail: AuditTrail) async throws {
        var context = CallContext(method: method, metadata: [:], deadline: nil, peer: "10.0.0.1:1")
        context.caller = Caller(name: "alice", scopes: [])
        let requests = MessageChannel(), responses = MessageChannel()
        requests.offer(request.serializedBytes())
        requests.finish()
        _ = try await AuditedCalls(Handler(), trail: trail).handle(context, requests: requests, responses: responses)
    }

    @Test("says who did what with which result, and nothing of what a job is made of")
    func lines() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("audit.jsonl").path
            let trail = try AuditTrail(path: path) { Issue.record("\($0)") }
            var create = V1.CreateJobRequest()
            create.requestId = "r1"
            create.source = .text("secret: prompt")
            try await Self.call(V1.TrainingService.createJob.name, create, trail)
            var load = V1.LoadPolicyRequest()
            load.directory = "/models/x"
            await #expect(throws: RPCError.self) {
                try await Self.call(V1.PolicyService.loadPolicy.name, load, trail)
            }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let lines = try text.split(separator: "\n").map { try JSONReader.parse(Array($0.utf8)).compact }
            #expect(lines.count == 2 && !text.contains("secret"))
            for part in [#""key":"alice""#, #""peer":"10.0.0.1:1""#, "CreateJob", #""code":"OK""#, "r1", "job-7"] {
                #expect(lines[0].contains(part), "\(lines[0])")
            }
            for part in ["LoadPolicy", #""code":"NOT_FOUND""#, "models"] { #expect(lines[1].contains(part)) }
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("is bounded: a full file is set aside for a new one")
    func bounded() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("audit.jsonl").path
            let trail = try AuditTrail(path: path, limit: 1000) { Issue.record("\($0)") }
            for index in 0..<200 { trail.append(.fields(["index": .integer(index)])) }
            let files = try ["", ".1"].map { try String(contentsOfFile: path + $0, encoding: .utf8) }
            #expect(files.allSatisfy { $0.utf8.count <= 1000 })
            #expect(files[0].contains(#"{"index":199}"#))
            // Nothing is lost between the two.
            let indices = (files[1] + files[0]).split(separator: "\n").compactMap { line in
                Int(line.filter(\.isNumber))
            }
            #expect(indices == Array((indices.first ?? 0)...199))
        }
    }

    private func cancel(_ id: String, _ trail: AuditTrail) async throws {
        var cancel = V1.CancelJobRequest()
        cancel.id = id
        try await Self.call(V1.TrainingService.cancelJob.name, cancel, trail)
    }

    @Test("holds of a text so much that no caller chooses how long a line is, however it is escaped")
    func longTexts() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("audit.jsonl").path
            let trail = try AuditTrail(path: path) { Issue.record("\($0)") }
            for text in ["\u{1}", "\"", "é", "\u{85}", "a"] {
                await #expect(throws: RPCError.self) {
                    try await cancel(String(repeating: text, count: 100_000), trail)
                }
            }
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 5)
            for line in lines {
                #expect(line.utf8.count < 600 && line.contains("…"), "\(line)")
                #expect(throws: Never.self) { try JSONReader.parse(Array(line.utf8)) }
            }
            // 256 bytes of it as written, and the mark.
            #expect(lines[4].contains("\"" + String(repeating: "a", count: 256) + "…\""), "\(lines[4])")
        }
    }

    @Test("bounds a line as a whole, and says what it left out")
    func longLine() throws {
        let long = JSONValue.string(String(repeating: "a", count: 256))
        let members = (0..<16).map { JSONMember(key: "m\($0)", value: .array([long, long])) }
        let line = AuditLine.line(.object([JSONMember(key: "time", value: .string("now"))] + members))
        #expect(line.count <= AuditLine.bytes)
        let text = String(decoding: line, as: UTF8.self)
        #expect(text.hasPrefix(#"{"time":"now","m0":"#) && text.hasSuffix(#","cut":true}"#))
        #expect(AuditLine.line(.fields(["a": .string("b")])) == Array(#"{"a":"b"}"#.utf8))
    }

    @Test("is not turned over by calls that change nothing: some are noted, and then counted until the next line")
    func callsThatChangeNothing() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("audit.jsonl").path
            let trail = try AuditTrail(path: path) { Issue.record("\($0)") }
            let calls = AuditedCalls(Handler(), trail: trail)
            func ask(_ method: MethodName, _ request: some ProtobufMessage) async throws {
                var context = CallContext(method: method, metadata: [:], deadline: nil, peer: "10.0.0.1:1")
                context.caller = Caller(name: "alice", scopes: [])
                let requests = MessageChannel(), responses = MessageChannel(limits: .none)
                requests.offer(request.serializedBytes())
                requests.finish()
                _ = try await calls.handle(context, requests: requests, responses: responses)
            }
            var check = V1.CreateJobRequest()
            check.validateOnly = true
            for _ in 0..<500 {
                try? await ask(V1.TrainingService.cancelJob.name, V1.CancelJobRequest())
                try await ask(V1.TrainingService.createJob.name, check)
            }
            func lines() throws -> [Substring] {
                try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            }
            let noted = try lines().count
            #expect((60..<500).contains(noted), "\(noted)")
            // What changes something is noted in any case.
            try await ask(V1.TrainingService.createJob.name, V1.CreateJobRequest())
            let last = try #require(try lines().last)
            #expect(try lines().count == noted + 1)
            #expect(last.contains("job-7") && last.contains(#""leftOut":"#), "\(last)")
        }
    }

    @Test("goes on at its path when it was moved, deleted or replaced, and can be opened again")
    func moved() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("audit.jsonl").path
            let trail = try AuditTrail(path: path) { Issue.record("\($0)") }
            func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
            trail.append(.fields(["n": .integer(1)]))
            try FileManager.default.moveItem(atPath: path, toPath: path + ".moved")
            trail.append(.fields(["n": .integer(2)]))
            #expect(try text(path + ".moved") == "{\"n\":1}\n")
            #expect(try text(path) == "{\"n\":2}\n")
            try FileManager.default.removeItem(atPath: path)
            try trail.reopen()
            trail.append(.fields(["n": .integer(3)]))
            #expect(try text(path) == "{\"n\":3}\n")
        }
    }

    @Test("does not grow past its limit when it cannot be turned over, says why, and is turned over once it can")
    func stuck() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("audit.jsonl").path
            let problems = Guarded<[String]>([])
            let trail = try AuditTrail(path: path, limit: 200) { problem in problems.withLock { $0.append(problem) } }
            // A folder with something in it is replaced by nothing.
            let obstacle = path + ".1"
            try FileManager.default.createDirectory(atPath: obstacle + "/x", withIntermediateDirectories: true)
            for index in 0..<100 { trail.append(.fields(["index": .integer(index)])) }
            let full = try String(contentsOfFile: path, encoding: .utf8)
            #expect(full.utf8.count <= 200 && full.contains(#"{"index":0}"#))
            let told = problems.withLock { $0 }
            #expect(told.count > 50 && told.allSatisfy { $0.contains("is full and cannot be moved to \(obstacle)") })
            #expect(told.allSatisfy { !$0.contains("Success") }, "\(told.first ?? "")")
            try FileManager.default.removeItem(atPath: obstacle)
            trail.append(.fields(["index": .integer(100)]))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "{\"index\":100}\n")
            #expect(try String(contentsOfFile: obstacle, encoding: .utf8) == full)
            #expect(problems.withLock { $0.count } == told.count)
        }
    }

    @Test("begins a new line behind one that was broken off")
    func torn() async throws {
        try await Fixtures.withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("audit.jsonl").path
            try Data(#"{"index":1"#.utf8).write(to: URL(fileURLWithPath: path))
            let trail = try AuditTrail(path: path) { Issue.record("\($0)") }
            trail.append(.fields(["index": .integer(2)]))
            trail.append(.fields(["index": .integer(3)]))
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text == "{\"index\":1\n{\"index\":2}\n{\"index\":3}\n")
        }
    }

    @Test("says why a line could not be written, and leaves no half of one")
    func unwritten() throws {
        let problems = Guarded<[String]>([])
        // Takes nothing, as a full disk does.
        let trail = try AuditTrail(path: "/dev/full") { problem in problems.withLock { $0.append(problem) } }
        trail.append(.fields(["index": .integer(1)]))
        let expected = "the audit trail /dev/full cannot be written: No space left on device. Free some space."
        #expect(problems.withLock { $0 } == [expected])
    }

    @Test("cannot be written where there is no folder")
    func unwritable() {
        #expect(throws: AuditProblem.self) { try AuditTrail(path: "/nowhere/audit.jsonl") { _ in } }
    }
}
