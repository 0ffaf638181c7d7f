import Foundation
import Logging
import ModelFiles
import Rollouts
import TestSupport
import Testing

@testable import Hosting
@testable import WireUV

/// Each test runs a server in a process of its own, hangs what could be hung, and sends signals.
@Suite("Stopping a server that hangs", .serialized)
struct StopTests {
    @Test("The grace time is kept while the loop is held")
    func graceOverHeldLoop() async {
        await #expect(processExitsWith: .exitCode(1)) {
            await serve(grace: .milliseconds(100)) {
                EventLoop.shared.execute { hang() }
            }
        }
    }

    @Test("The grace time is kept while every thread for tasks is held")
    func graceOverHeldPool() async {
        await #expect(processExitsWith: .exitCode(1)) {
            await serve(grace: .milliseconds(100)) {
                kill(getpid(), SIGTERM)
                for _ in 0..<256 { Task.detached { hang() } }
                hang()
            }
        }
    }

    @Test("A second signal ends the process while the loop is held")
    func secondSignal() async {
        await #expect(processExitsWith: .exitCode(143)) {
            await serve(grace: hangLimit) {
                EventLoop.shared.execute { hang() }
                signalForGood()
            }
        }
    }

    @Test("A second signal ends the process although nobody reads its log")
    func secondSignalOverFullLog() async {
        await #expect(processExitsWith: .exitCode(143)) {
            // A pipe that is full: whoever logs hangs.
            var ends: [Int32] = [-1, -1]
            pipe(&ends)
            let full = ends[1]
            _ = fcntl(full, F_SETFL, O_NONBLOCK)
            while write(full, [0], 1) == 1 {}
            _ = fcntl(full, F_SETFL, 0)
            await serve(grace: hangLimit) {
                dup2(full, STDERR_FILENO)
                signalForGood()
            }
        }
    }
}

/// A server without models that is told to stop while `hold` keeps something.
private func serve(grace: Duration, _ hold: @Sendable () async -> Void) async {
    var options = ServerOptions()
    options.port = 0
    let logger = Logger(label: "test")
    let configuration = EngineConfiguration(threads: 1, keyValueBytes: 1 << 20)
    let engine = Engine(configuration: configuration, logger: logger)
    var process = ServerProcess(options, engine: engine, jobs: nil, grace: grace, logger: logger)
    process.windUp = .milliseconds(200)
    let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
    process.onServing = { continuation.finish() }
    let loading = ModelLoading(engine: engine, precision: nil, blocks: nil, logger: logger)
    let serving = Task { [process] in try await process.run([], loading: loading) }
    for await _ in begun {}
    await hold()
    kill(getpid(), SIGTERM)
    try? await serving.value
    exit(0)
}

/// Sends one signal after another: two that wait at the same time count as one.
private func signalForGood() -> Never {
    while true {
        kill(getpid(), SIGTERM)
        usleep(10_000)
    }
}

private func hang() -> Never {
    while true { pause() }
}
