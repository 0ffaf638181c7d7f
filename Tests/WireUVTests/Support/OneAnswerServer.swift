import Guarding
import Wire

@testable import WireUV

/// Says the same to everyone who connects.
final class OneAnswerServer: @unchecked Sendable {
    // Sendable: touched on the loop only, except `port`, which does not change.

    let port: Int
    private let listener: TCPListener
    private let loop = EventLoop.shared

    init(_ answer: String) async throws {
        let bytes = Array(answer.utf8)
        let (listener, port) = try await loop.run { [loop] in
            let made = Guarded<Result<TCPListener, any Error>?>(nil)
            AddressResolver.resolve(host: "127.0.0.1", port: 0, on: loop) { addresses in
                let listener = Result {
                    try TCPListener(on: addresses.get()[0].storage, loop: loop) { socket in
                        bytes.withUnsafeBytes(socket.write)
                        socket.closeAfterFlush()
                    }
                }
                made.withLock { $0 = listener }
            }
            let listener = try made.withLock { $0! }.get()
            return (SendableListener(listener: listener), listener.address.port)
        }
        self.listener = listener.listener
        self.port = port
    }

    private struct SendableListener: @unchecked Sendable { let listener: TCPListener }

    func close() { loop.execute { self.listener.close() } }
}
