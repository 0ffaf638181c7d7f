internal import Foundation
internal import Guarding
internal import JSONCoding
package import Wire

/// Notes calls that change something in an audit trail: who called which method when, with what result.
///
/// Of requests and responses only the fields named here are noted; prompts, records and specifications are not. Calls that
/// changed something are noted always; of those that changed nothing, refused or only checked, each key has some at once
/// and one a second, so that none can turn the trail over with them, and the key's next line says how many were left out.
package struct AuditedCalls: WrappingCallHandler {
    package let handler: any CallHandler
    private let trail: AuditTrail
    private let changingNothing = LineAllowance()

    /// The methods noted, with the fields to note.
    private static let noted: [MethodName: [String]] = [
        V1.PolicyService.loadPolicy.name: ["directory", "name", "asNewVersion", "basePolicy"],
        V1.PolicyService.unloadPolicy.name: ["name"],
        V1.PolicyService.switchVersion.name: ["name", "version"],
        V1.PolicyService.pause.name: ["mode"],
        V1.PolicyService.resume.name: [],
        V1.TrainingService.createJob.name: ["requestId", "validateOnly"],
        V1.TrainingService.cancelJob.name: ["id"],
        V1.TrainingService.pauseJob.name: ["id"],
        V1.TrainingService.resumeJob.name: ["id"],
        V1.TrainingService.exportCheckpoint.name: ["job", "step", "directory"],
        V1.TrainingService.feedback.name: ["job"],
        V1.PreferenceService.deleteSet.name: ["set"],
    ]
    private static let notedOfResponses = ["id", "name", "version"]

    package init(_ handler: any CallHandler, trail: AuditTrail) {
        self.handler = handler
        self.trail = trail
    }

    package func handle(
        _ context: CallContext, requests: any MessageSource, responses: any MessageSink
    ) async throws -> Metadata {
        guard let fields = Self.noted[context.method] else {
            return try await handler.handle(context, requests: requests, responses: responses)
        }
        let first = FirstMessage(fields), answer = FirstMessage(Self.notedOfResponses)
        var code = "OK"
        defer { note(context, code, first, answer) }
        do {
            return try await handler.handle(
                context, requests: NotedSource(source: requests, first: first),
                responses: NotedSink(sink: responses, first: answer))
        } catch {
            code = RPCError.codeName(of: error)
            throw error
        }
    }

    private func note(_ context: CallContext, _ code: String, _ first: FirstMessage, _ answer: FirstMessage) {
        let key = context.caller.name
        let changes = code == "OK" && !first.onlyChecks
        guard let leftOut = changes ? changingNothing.takeLeftOut(key) : changingNothing.take(key) else { return }
        trail.append(
            .fields([
                "time": .string(Date.now.formatted(.iso8601)), "key": .string(key), "peer": .string(context.peer),
                "method": .string(context.method.path), "code": .string(code), "request": first.value,
                "response": answer.value, "leftOut": leftOut > 0 ? .integer(leftOut) : nil,
            ]))
    }
}

/// Some fields of the first message of a stream.
private final class FirstMessage: Sendable {
    private let fields: [String]
    private let taken = Guarded<JSONValue?>(nil)

    init(_ fields: [String]) { self.fields = fields }

    var value: JSONValue? { taken.withLock { $0 } }

    /// Whether the caller asked for a check and nothing else.
    var onlyChecks: Bool {
        guard case .object(let members)? = value else { return false }
        return members.contains(JSONMember(key: "validateOnly", value: .bool(true)))
    }

    func take(_ message: some ProtobufMessage) {
        guard taken.withLock({ $0 == nil }), let message = message as? any CMessage,
            case .object(let members) = message.jsonValue()
        else { return }
        // Bounded at once: a call may take long, and its messages are large.
        let noted = AuditLine.bounded(.object(members.filter { fields.contains($0.key) }))
        taken.withLock { $0 = noted }
    }
}

private struct NotedSource: MessageSource {
    let source: any MessageSource
    let first: FirstMessage

    func next() async throws -> [UInt8]? { try await source.next() }

    func nextRequest<Request: ProtobufMessage>(_ type: Request.Type) async throws -> Request? {
        let request = try await source.nextRequest(type)
        if let request { first.take(request) }
        return request
    }
}

private struct NotedSink: MessageSink {
    let sink: any MessageSink
    let first: FirstMessage

    func send(_ message: [UInt8]) async throws { try await sink.send(message) }

    func sendResponse(_ response: some ProtobufMessage) async throws {
        first.take(response)
        try await sink.sendResponse(response)
    }
}
