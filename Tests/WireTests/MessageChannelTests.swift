import Guarding
import TestSupport
import Testing

@testable import Wire

@Suite("Message channels")
struct MessageChannelTests {
    @Test("Messages come out in the order they went in, then the end")
    func order() async throws {
        let channel = MessageChannel()
        for index in 0..<10 as Range<UInt8> { try await channel.send([index]) }
        channel.finish()
        for index in 0..<10 as Range<UInt8> { #expect(try await channel.next() == [index]) }
        #expect(try await channel.next() == nil)
        #expect(try await channel.next() == nil)
    }

    @Test("A sender waits above the limit and goes on once little enough is queued")
    func backPressure() async throws {
        let channel = MessageChannel()
        let sent = Guarded(0)
        let sender = Task {
            for _ in 0..<1000 {
                try await channel.send([UInt8](repeating: 0, count: 1024))
                sent.withLock { $0 += 1 }
            }
            channel.finish()
        }
        #expect(await eventually { channel.queuedBytes > 256 << 10 })
        let before = channel.queuedBytes
        #expect(before < 258 << 10)
        var received = 0
        while try await channel.next() != nil {
            received += 1
            #expect(channel.queuedBytes < 258 << 10)
        }
        #expect(received == 1000)
        try await sender.value
        #expect(sent.withLock { $0 } == 1000)
    }

    @Test("A graceful error follows the messages queued before it")
    func failing() async throws {
        let channel = MessageChannel()
        try await channel.send([1])
        channel.finish(throwing: RPCError(.dataLoss, "x"))
        #expect(try await channel.next() == [1])
        await #expect(throws: RPCError.self) { try await channel.next() }
        await #expect(throws: RPCError.self) { try await channel.send([2]) }
    }

    @Test("Aborting drops what is queued and wakes both ends")
    func aborting() async throws {
        let full = MessageChannel()
        let sender = Task { try await full.send([UInt8](repeating: 0, count: 300 << 10)) }
        #expect(await eventually { full.queuedBytes > 0 })
        full.abort(RPCError(.unavailable, "gone"))
        await #expect(throws: RPCError.self) { try await sender.value }
        await #expect(throws: RPCError.self) { try await full.next() }
        #expect(full.queuedBytes == 0)

        let empty = MessageChannel()
        let reader = Task { try await empty.next() }
        try await Task.sleep(for: .milliseconds(20))
        empty.abort(RPCError(.unavailable, "gone"))
        await #expect(throws: RPCError.self) { try await reader.value }
    }

    @Test("Aborting after everything was delivered changes nothing")
    func abortingTooLate() async throws {
        let channel = MessageChannel()
        channel.finish()
        channel.abort(RPCError(.unavailable, "gone"))
        #expect(try await channel.next() == nil)
    }

    @Test("Cancelling a waiting task throws CANCELLED and leaves the channel usable")
    func cancelling() async throws {
        let channel = MessageChannel()
        let reader = Task { try await channel.next() }
        try await Task.sleep(for: .milliseconds(20))
        reader.cancel()
        await #expect(throws: RPCError.self) { try await reader.value }

        let sender = Task { try await channel.send([UInt8](repeating: 0, count: 300 << 10)) }
        #expect(await eventually { channel.queuedBytes > 0 })
        sender.cancel()
        await #expect(throws: RPCError.self) { try await sender.value }
        #expect(try await channel.next()?.count == 300 << 10)
    }

    @Test("A polling reader is woken for the first message and then only after it saw the queue empty")
    func polling() async throws {
        let wakeUps = Guarded(0)
        let channel = MessageChannel(onReadable: { wakeUps.withLock { $0 += 1 } })
        for _ in 0..<3 { channel.offer([0]) }
        #expect(wakeUps.withLock { $0 } == 1)
        for _ in 0..<3 { #expect(channel.poll().isMessage) }
        channel.offer([0])
        #expect(wakeUps.withLock { $0 } == 1)
        #expect(channel.poll().isMessage)
        #expect(!channel.poll().isMessage)
        channel.offer([0])
        channel.finish()
        #expect(wakeUps.withLock { $0 } == 2)
    }

    @Test("A producing loop is told when the queue was emptied, and in between every 64 KiB")
    func telling() async throws {
        let told = Guarded(0)
        let channel = MessageChannel(onTaken: { told.withLock { $0 += 1 } })
        for _ in 0..<200 { channel.offer([UInt8](repeating: 0, count: 1 << 10)) }
        for _ in 0..<200 { _ = try await channel.next() }
        // 200 messages of 1029 bytes: after the 64th, 128th and 192nd, and at the end.
        #expect(told.withLock { $0 } == 4)
    }

    @Test("Producers and a consumer on many threads lose and reorder nothing")
    func stress() async throws {
        let channel = MessageChannel()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for producer in 0..<4 as Range<UInt8> {
                group.addTask {
                    for index in 0..<2000 {
                        let filler = [UInt8](repeating: 0, count: index % 1500)
                        try await channel.send([producer, UInt8(index & 255), UInt8(index >> 8)] + filler)
                    }
                }
            }
            var next = [0, 0, 0, 0]
            for _ in 0..<8000 {
                let message = try #require(try await channel.next())
                #expect(next[Int(message[0])] == Int(message[1]) | Int(message[2]) << 8)
                next[Int(message[0])] += 1
            }
            try await group.waitForAll()
        }
    }
}

extension MessageChannel.Polled {
    fileprivate var isMessage: Bool {
        if case .message = self { return true }
        return false
    }
}
