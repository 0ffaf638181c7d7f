import Foundation
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

    @Test("cannot be written where there is no folder")
    func unwritable() {
        #expect(throws: AuditProblem.self) { try AuditTrail(path: "/nowhere/audit.jsonl") { _ in } }
    }
}
