import Wire

/// The first byte chooses the message.
private let messages: [@Sendable ([UInt8]) throws -> any ProtobufMessage] = [
    V1.GenerateRequest.init(serializedBytes:), V1.ScoreRequest.init(serializedBytes:),
    V1.TraceRequest.init(serializedBytes:), V1.SuggestBranchesRequest.init(serializedBytes:),
    V1.TokenizeRequest.init(serializedBytes:), V1.DetokenizeRequest.init(serializedBytes:),
    V1.ListPoliciesRequest.init(serializedBytes:), V1.GetPolicyRequest.init(serializedBytes:),
    V1.LoadPolicyRequest.init(serializedBytes:), V1.UnloadPolicyRequest.init(serializedBytes:),
    V1.SwitchVersionRequest.init(serializedBytes:), V1.GenerateResponse.init(serializedBytes:),
    V1.TraceResponse.init(serializedBytes:), V1.Policy.init(serializedBytes:),
]

/// What was read must be written as something that reads back the same.
func fuzzProtobuf(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let read = messages[Int(first) % messages.count]
    guard let message = try? read(Array(input.dropFirst())) else { return }
    let written = message.serializedBytes()
    let again: any ProtobufMessage
    do {
        again = try read(written)
    } catch {
        // Messages of thousands of empty ones may take so much memory for each of their bytes, and were longer before.
        if case .tooLarge? = (error as? ProtobufError)?.problem, written.count < input.count - 1 { return }
        fatalError("what was written cannot be read, for \(error): \(written)")
    }
    // Bytes rather than messages, since NaN differs from itself.
    precondition(again.serializedBytes() == written, "\(message) was written as \(written), which reads as \(again)")
}

/// The first byte says how the stream is cut; messages, and then perhaps an error, must be the same when it is not.
func fuzzDeframer(_ input: [UInt8]) {
    guard let (bytes, pieceSize) = cutAsFirstByteSays(input) else { return }
    let whole = deframe(bytes, pieceSize: max(1, bytes.count))
    let cut = deframe(bytes, pieceSize: pieceSize)
    precondition(whole.messages == cut.messages && whole.failure == cut.failure, "\(whole) when whole, \(cut) when cut")
    let framed = whole.messages.flatMap(MessageFraming.frame)
    precondition(bytes.starts(with: framed), "the messages are not those of the stream")
    precondition(whole.failure != nil || framed.count + whole.partial == bytes.count, "bytes were lost")
}

private func deframe(
    _ bytes: ArraySlice<UInt8>, pieceSize: Int
) -> (messages: [[UInt8]], partial: Int, failure: RPCError.Code?) {
    var deframer = MessageDeframer(maxMessageSize: 1000)
    var messages: [[UInt8]] = []
    var rest = bytes
    do {
        while !rest.isEmpty {
            try rest.prefix(pieceSize).withUnsafeBytes { piece in
                try deframer.receive(piece) { messages.append($0.bytes) }
            }
            rest = rest.dropFirst(pieceSize)
        }
    } catch {
        return (messages, deframer.partialBytes, (error as? RPCError)?.code)
    }
    return (messages, deframer.partialBytes, nil)
}
