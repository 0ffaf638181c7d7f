import Foundation
import WireUV

/// Serves `TestService` on a free port, which it prints, until it is killed.
@main
enum InteropServer {
    static func main() async throws {
        var options = ServerOptions()
        options.port = 0
        let server = UVServer(options)
        let address = try await server.bind()
        FileHandle.standardOutput.write(Data("serving on \(address)\n".utf8))
        try await server.run(handler: TestService())
    }
}
