internal import Logging
package import Wire

/// A server connection over memory instead of a socket, for tests and fuzzers to feed bytes to.
package final class ServerHarness: Sendable {
    private let environment: ServerEnvironment
    private let loop: EventLoop

    package init(
        _ options: ServerOptions = ServerOptions(), handler: any CallHandler, http: any HTTPHandler = NoHTTP(),
        loop: EventLoop = .shared
    ) {
        self.loop = loop
        // On the loop, so that only its turns need to be awaited and every play runs the same way.
        environment = ServerEnvironment(
            options: options, loop: loop, handler: handler, http: http, logger: Logger(label: "attnrl.harness"),
            executor: loop)
    }

    /// Plays one connection: the client sends `bytes` in pieces of `pieceSize`, then goes away.
    ///
    /// - Parameter completion: Called on the loop with what the server sent, after all handlers have returned.
    package func serve(_ bytes: [UInt8], pieceSize: Int, completion: @escaping @Sendable ([UInt8]) -> Void) {
        precondition(pieceSize > 0, "pieces of \(pieceSize) bytes never end")
        loop.execute { [self] in
            let channel = MemoryChannel()
            let connection = ServerConnection(over: channel, peer: "harness", environment: environment)
            let play = Play(bytes: bytes, pieceSize: pieceSize, channel: channel, connection: connection)
            step(play, completion)
        }
    }

    /// The number of turns of the loop that the client stays after its last byte.
    private static let patience = 8

    /// One piece per turn of the loop, so that handlers run and answers leave in between.
    private func step(_ play: Play, _ completion: @escaping @Sendable ([UInt8]) -> Void) {
        if !play.channel.isClosed, let piece = play.nextPiece(patience: Self.patience) {
            if !piece.isEmpty { piece.withUnsafeBytes(play.connection.received) }
            loop.post(.closure { [self] in step(play, completion) })
        } else {
            play.connection.disconnected("the client went away")
            waitForHandlers(play, completion)
        }
    }

    private func waitForHandlers(_ play: Play, _ completion: @escaping @Sendable ([UInt8]) -> Void) {
        if environment.isIdle {
            completion(play.channel.written)
        } else {
            loop.post(.closure { [self] in waitForHandlers(play, completion) })
        }
    }

    /// Sendable because it is only used on the loop.
    private final class Play: @unchecked Sendable {
        private var bytes: ArraySlice<UInt8>
        private let pieceSize: Int
        private var waited = 0
        let channel: MemoryChannel
        let connection: ServerConnection

        init(bytes: [UInt8], pieceSize: Int, channel: MemoryChannel, connection: ServerConnection) {
            self.bytes = bytes[...]
            self.pieceSize = pieceSize
            self.channel = channel
            self.connection = connection
        }

        /// Returns pieces, then `patience` empty ones, then nil.
        func nextPiece(patience: Int) -> ArraySlice<UInt8>? {
            if bytes.isEmpty {
                waited += 1
                return waited > patience ? nil : []
            }
            defer { bytes = bytes.dropFirst(pieceSize) }
            return bytes.prefix(pieceSize)
        }
    }
}

/// Keeps what is written.
private final class MemoryChannel: ByteChannel {
    var delegate: (any ByteChannelDelegate)?
    private(set) var written: [UInt8] = []
    private(set) var isClosed = false
    var queuedBytes: Int { 0 }
    var takenBytes: Int { written.count }

    func write(_ bytes: UnsafeRawBufferPointer) {
        if !isClosed { written += bytes }
    }

    func pauseReading() {}
    func resumeReading() {}
    func close() { isClosed = true }
    func closeAfterFlush() { isClosed = true }
}
