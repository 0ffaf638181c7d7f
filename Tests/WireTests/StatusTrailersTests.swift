import Testing
import Wire

@Suite("Status trailers")
struct StatusTrailersTests {
    private let details: [RPCError.Detail] = [
        .errorInfo(reason: "QUEUE_FULL", domain: "attnrl", metadata: ["limit": "64", "waiting": "70"]),
        .badRequest([
            .init(field: "sampling.temperature", description: "is -1; use 0 or more"),
            .init(field: "n", description: ""),
        ]),
        .retryInfo(delay: .milliseconds(1500)),
    ]

    @Test("Every code survives with its message", arguments: RPCError.Code.allCases)
    func codes(_ code: RPCError.Code) {
        let read = RPCError.status(of: RPCError(code, "100% wrong\nin “two” lines").trailers)
        #expect(read?.code == code)
        #expect(read?.message == "100% wrong\nin “two” lines")
        #expect(read?.details == [])
    }

    @Test("Details and metadata survive")
    func detailsAndMetadata() {
        let error = RPCError(.invalidArgument, "no", details: details, metadata: ["x-request-id": "17"])
        let read = RPCError.status(of: error.trailers)
        #expect(read?.details == details)
        #expect(read?.metadata == ["x-request-id": "17"])
    }

    // `google.rpc.Status` with code 8, message "full" and RetryInfo of 1.5 s, as protobuf for Python writes it.
    private let reference =
        "CAgSBGZ1bGwaNgoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxIKCggIARCAyrXuAQ"

    @Test("The details are google.rpc.Status as others write it")
    func referenceBytes() {
        let error = RPCError(.resourceExhausted, "full", details: [.retryInfo(delay: .milliseconds(1500))])
        #expect(error.trailers["grpc-status-details-bin"] == reference)
        let padded: Metadata = ["grpc-status": "8", "grpc-status-details-bin": reference + "=="]
        #expect(RPCError.status(of: padded)?.details == [.retryInfo(delay: .milliseconds(1500))])
    }

    @Test("OK is no error, and its metadata is not mistaken for one")
    func ok() {
        let trailers = RPCError.okTrailers(["x-request-id": "17"])
        #expect(trailers["grpc-status"] == "0")
        #expect(trailers["x-request-id"] == "17")
        #expect(RPCError.status(of: trailers) == nil)
    }

    @Test("A status that is missing, no number or unknown is an error")
    func strange() {
        #expect(RPCError.status(of: [:])?.code == .internal)
        #expect(RPCError.status(of: ["grpc-status": "fine"])?.code == .internal)
        #expect(RPCError.status(of: ["grpc-status": "99", "grpc-message": "m"])?.code == .unknown)
        #expect(RPCError.status(of: ["grpc-status": "-1"])?.code == .unknown)
    }

    @Test("Details that cannot be read are left out", arguments: ["!", "AAAA", "CAg", ""])
    func badDetails(_ text: String) {
        let read = RPCError.status(of: ["grpc-status": "5", "grpc-message": "m", "grpc-status-details-bin": text])
        #expect(read?.code == .notFound)
        #expect(read?.details == [])
    }

    @Test("Details of other types are left out, and the rest kept")
    func foreignDetails() {
        var foreign = WellKnown.AnyMessage()
        foreign.typeUrl = "type.googleapis.com/google.rpc.DebugInfo"
        var status = GoogleRPC.Status(serializedBytesOf: StatusDetails.encode(code: .internal, message: "", details))
        status.details.insert(foreign, at: 1)
        #expect(StatusDetails.decode(status.serializedBytes()) == details)
    }

    @Test("Trailers stay below what clients accept, whatever the message and details are")
    func bounded() {
        let many = (0..<1000).map { RPCError.FieldViolation(field: "field \($0)", description: "wrong") }
        let error = RPCError(.invalidArgument, String(repeating: "é", count: 5000), details: [.badRequest(many)])
        let size = error.trailers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
        // gRPC's own implementations begin to refuse trailers at 8 KiB.
        #expect(size < 8192)
        #expect(RPCError.status(of: error.trailers)?.message.hasSuffix("é...") == true)
    }
}

extension GoogleRPC.Status {
    /// For bytes a test has just made.
    fileprivate init(serializedBytesOf bytes: [UInt8]) {
        self = (try? GoogleRPC.Status(serializedBytes: bytes)) ?? GoogleRPC.Status()
    }
}
