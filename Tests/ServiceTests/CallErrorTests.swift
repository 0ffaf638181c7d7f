import Guarding
import Jobs
import Logging
import Rollouts
import Testing
import Wire

@testable import Service

@Suite("Errors of calls")
struct CallErrorTests {
    /// Keeps what is logged.
    private struct Keeper: LogHandler {
        let events: Guarded<[String]>
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let values = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            events.withLock { $0.append("\(event.level) " + values.joined(separator: " ")) }
        }
    }

    private struct DiskFault: Error, CustomStringConvertible {
        let description: String
    }

    private let events = Guarded<[String]>([])
    private let call = CallContext(
        method: MethodName(service: "attnrl.v1.PolicyService", method: "LoadPolicy"), metadata: [:], deadline: nil,
        peer: "in-process")

    private var errors: CallErrors {
        let events = events
        return CallErrors(logger: Logger(label: "test") { _ in Keeper(events: events) })
    }

    @Test("An unexpected error is logged with its method and request, and the caller learns only its type")
    func unexpected() async {
        let error = await status {
            try await errors.answering(call, requestID: "r1") { throw DiskFault(description: "sector 7 is bad") }
        }
        #expect(error?.code == .internal)
        #expect(error?.info?.reason == "INTERNAL")
        #expect(error?.message.contains("sector") == false)
        let expected =
            "error description=sector 7 is bad method=/attnrl.v1.PolicyService/LoadPolicy peer=in-process "
            + "request_id=r1 type=DiskFault"
        #expect(events.withLock { $0 } == [expected])
    }

    @Test("What is too much now says when to try again; what is too much by itself does not")
    func retries() {
        let causes: [(any Error, Bool)] = [
            (JobError.quotaFull(limit: 1), true),
            (EngineError.quotaFull(.requests, limit: 1, retryAfter: .seconds(1)), true),
            (EngineError.quotaFull(.captureBytes, limit: 1, retryAfter: nil), false),
            (EngineError.capturesTooLarge(bytes: 1, limit: 2), true),
            (EngineError.capturesTooLarge(bytes: 3, limit: 2), false),
        ]
        for (cause, isLater) in causes {
            let error = RPCError(cause: cause)
            #expect(error?.code == .resourceExhausted)
            let says = error?.details.contains { if case .retryInfo = $0 { true } else { false } }
            #expect(says == isLater, "\(cause)")
        }
    }

    @Test("An error that a caller can act on is not logged")
    func expected() async {
        let error = await status { try await errors.answering(call) { throw EngineError.emptyPrompt } }
        #expect(error?.code == .invalidArgument)
        #expect(events.withLock { $0 }.isEmpty)
    }

    @Test("A long description is cut")
    func long() {
        errors.log(DiskFault(description: String(repeating: "x", count: 10_000)), in: call)
        #expect(events.withLock { $0.count == 1 && $0[0].count < 700 })
    }
}
