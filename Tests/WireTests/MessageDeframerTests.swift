import Testing
import Wire

@Suite("Message framing")
struct MessageDeframerTests {
    private let messages: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 7, count: 300), [9], []]

    @Test("Messages come out whole wherever the stream is cut in two")
    func everyCut() throws {
        let stream = messages.flatMap(MessageFraming.frame)
        for cut in 0...stream.count {
            #expect(try deframe([Array(stream[..<cut]), Array(stream[cut...])]) == messages, "cut at \(cut)")
        }
    }

    @Test("Messages come out whole from pieces of one size", arguments: [1, 2, 3, 5, 7, 64, 1000])
    func pieces(size: Int) throws {
        let stream = messages.flatMap(MessageFraming.frame)
        let pieces = stride(from: 0, to: stream.count, by: size).map {
            Array(stream[$0..<min($0 + size, stream.count)])
        }
        #expect(try deframe(pieces) == messages)
    }

    @Test("The prefix holds a zero and the length, most significant byte first")
    func prefix() {
        #expect(MessageFraming.prefix(forMessageOf: 0x0102_0304) == [0, 1, 2, 3, 4])
        #expect(MessageFraming.frame([5, 6]) == [0, 0, 0, 0, 2, 5, 6])
    }

    @Test("What is held of an incomplete message is counted")
    func partial() throws {
        var deframer = MessageDeframer(maxMessageSize: 100)
        for (piece, held) in [([0, 0], 2), ([0, 0, 3, 8], 6), ([8], 7), ([8], 0)] as [([UInt8], Int)] {
            try piece.withUnsafeBytes { try deframer.receive($0) { _ in } }
            #expect(deframer.partialBytes == held)
        }
    }

    @Test(
        "A compressed message of a call without encoding is INTERNAL, and so is any other flag",
        arguments: [1, 2, 255])
    func wrongFlag(flag: UInt8) {
        for encoding in MessageEncoding.allCases where flag > 1 || encoding == .identity {
            var deframer = MessageDeframer(maxMessageSize: 1000)
            deframer.encoding = encoding
            let error = #expect(throws: RPCError.self) {
                try [flag, 0, 0, 0, 1, 0].withUnsafeBytes { try deframer.receive($0) { _ in } }
            }
            #expect(error?.code == .internal)
        }
    }

    @Test("In a call with gzip each message may be compressed or not, and stays as it is until it is read")
    func gzip() throws {
        var deframer = MessageDeframer(maxMessageSize: 1000)
        deframer.encoding = .gzip
        var received: [QueuedMessage] = []
        let stream: [UInt8] = [1, 0, 0, 0, 1, 7, 0, 0, 0, 0, 1, 8]
        try stream.withUnsafeBytes { try deframer.receive($0) { received.append($0) } }
        #expect(received == [QueuedMessage([7], inflatedLimit: 1000), QueuedMessage([8])])
    }

    @Test("A message may be as long as the limit and no longer; the error names both sizes")
    func limit() throws {
        let fits = [UInt8](repeating: 1, count: 1000)
        #expect(try deframe([MessageFraming.frame(fits)]) == [fits])
        // Refused by the prefix alone, before anything is stored.
        let error = #expect(throws: RPCError.self) { try deframe([MessageFraming.prefix(forMessageOf: 1001)]) }
        #expect(error?.code == .resourceExhausted)
        #expect(error?.message.contains("1001") == true)
        #expect(error?.message.contains("1000 ") == true || error?.message.contains("1000.") == true)
    }

    @Test("The messages before a faulty one are delivered")
    func deliversBeforeFault() {
        var deframer = MessageDeframer(maxMessageSize: 1000)
        var received: [[UInt8]] = []
        let stream = MessageFraming.frame([1]) + MessageFraming.frame([2]) + [1, 0, 0, 0, 0]
        #expect(throws: RPCError.self) {
            try stream.withUnsafeBytes { try deframer.receive($0) { received.append($0.bytes) } }
        }
        #expect(received == [[1], [2]])
    }

    private func deframe(_ pieces: [[UInt8]]) throws -> [[UInt8]] {
        var deframer = MessageDeframer(maxMessageSize: 1000)
        var received: [[UInt8]] = []
        for piece in pieces {
            try piece.withUnsafeBytes { try deframer.receive($0) { received.append($0.bytes) } }
        }
        return received
    }
}
