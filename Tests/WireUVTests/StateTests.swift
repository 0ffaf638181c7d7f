import Basics
import Testing
import Wire

@testable import WireUV

@Suite("When a connection is pinged or given up")
struct LivenessStateTests {
    private let start = ContinuousClock.now

    private func state(idle: Duration? = nil) -> LivenessState {
        LivenessState(
            limits: LivenessState.Limits(
                handshake: .seconds(10), header: .seconds(5), idle: idle, keepaliveInterval: .seconds(30),
                keepaliveTimeout: .seconds(20)),
            now: start)
    }

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test("No frame within the handshake time closes it")
    func handshake() {
        var state = state()
        let actions = [10, 10.1].map { state.tick(at: at($0)) }
        #expect(actions == [.nothing, .close("no HTTP/2 settings arrived in time")])
    }

    @Test("Silence brings a ping, and silence after it the end")
    func keepalive() {
        var state = state()
        state.frameReceived(at: at(0))
        let actions = [30, 31, 50, 51.1].map { state.tick(at: at($0)) }
        #expect(actions == [.nothing, .ping, .nothing, .close("a keepalive ping was not answered")])
    }

    @Test("An answered ping starts over")
    func answeredPing() {
        var state = state()
        state.frameReceived(at: at(0))
        var actions = [state.tick(at: at(31))]
        state.frameReceived(at: at(32))
        actions += [60, 63].map { state.tick(at: at($0)) }
        #expect(actions == [.ping, .nothing, .ping])
    }

    @Test("Headers that do not end in time close it")
    func headers() {
        var state = state()
        state.frameReceived(at: at(0))
        state.headersBegan(at: at(1))
        let actions = [6, 6.1].map { state.tick(at: at($0)) }
        #expect(actions == [.nothing, .close("headers arrived too slowly")])
        state.headersEnded()
        let later = state.tick(at: at(7))
        #expect(later == .nothing)
    }

    @Test("Being without calls for long drains it, once")
    func idle() {
        var state = state(idle: .seconds(20))
        state.frameReceived(at: at(0))
        state.callCountChanged(to: 1, at: at(1))
        var actions = [state.tick(at: at(25))]
        state.callCountChanged(to: 0, at: at(25))
        state.frameReceived(at: at(25))
        actions += [45, 45.1, 46].map { state.tick(at: at($0)) }
        #expect(actions == [.nothing, .nothing, .drain, .nothing])
    }
}

@Suite("What counts as a flood")
struct FloodGuardTests {
    private let start = ContinuousClock.now

    @Test("A burst is fine, going on is not, and the allowance comes back with time")
    func bucket() {
        var bucket = TokenBucket(capacity: 3, perSecond: 1)
        let taken = [0, 0, 0, 0, 0.9, 2].map { bucket.take(at: start + .seconds($0)) }
        #expect(taken == [true, true, true, false, false, true])
    }

    @Test("Control frames are free while the peer is sent something")
    func payload() {
        var flood = FloodGuard(maxConcurrentStreams: 10)
        let allowed = (0..<5000).map { index in
            if index % 500 == 0 { flood.payloadSent() }
            return flood.allowsControlFrame(at: start)
        }
        #expect(!allowed.contains(false))
        let more = (0..<1000).map { _ in flood.allowsControlFrame(at: start) }
        #expect(more.contains(false))
    }

    @Test("Resetting twice what may be open is allowed at once, more is not, and as many as may be open a second later")
    func resets() {
        var flood = FloodGuard(maxConcurrentStreams: 10)
        let allowed = (0..<21).map { _ in
            flood.payloadSent()
            return flood.allowsReset(wasAnswered: false, at: start)
        }
        #expect(allowed == Array(repeating: true, count: 20) + [false])
        let later = (0..<11).map { _ in flood.allowsReset(wasAnswered: false, at: start + .seconds(1)) }
        #expect(later == Array(repeating: true, count: 10) + [false])
    }

    @Test("Resetting streams that have begun to answer is free")
    func answeredResets() {
        var flood = FloodGuard(maxConcurrentStreams: 10)
        let allowed = (0..<1000).map { _ in flood.allowsReset(wasAnswered: true, at: start) }
        #expect(!allowed.contains(false))
    }
}

@Suite("A peer that takes nothing")
struct StallStateTests {
    private let start = ContinuousClock.now

    private func stalls(_ looks: [(seconds: Double, queued: Int, taken: Int)]) -> [Bool] {
        var state = StallState(limit: .seconds(10))
        return looks.map { state.isStalled(queued: $0.queued, taken: $0.taken, at: start + .seconds($0.seconds)) }
    }

    @Test("Bytes that wait for longer than the limit are a stall, although there come more")
    func stall() {
        #expect(stalls([(0, 5, 3), (10, 5, 3), (10.1, 8, 3)]) == [false, false, true])
    }

    @Test("Having nothing to take is none, and neither is taking some, however slowly")
    func progress() {
        let looks = stalls([(0, 0, 3), (20, 0, 3), (20, 5, 3), (29, 5, 4), (38, 5, 5), (48, 5, 5), (48.1, 5, 5)])
        #expect(looks == [false, false, false, false, false, false, true])
    }
}

@Suite("How a server's response goes on")
struct ServerCallStateTests {
    @Test("Messages, a pause, messages, the end")
    func stream() {
        var state = ServerCallState()
        var actions = [OutgoingMessages.Readiness.empty, .hasBytes, .empty, .hasBytes].map {
            state.flush($0, isCutShort: false)
        }
        let isFirst = state.end(with: .success([:]))
        actions += [OutgoingMessages.Readiness.ended(nil), .ended(nil)].map { state.flush($0, isCutShort: false) }
        #expect(isFirst)
        #expect(actions == [.nothing, .startResponse, .nothing, .resume, .sendTrailers, .nothing])
    }

    @Test("An end before any message is trailers alone")
    func trailersOnly() {
        var state = ServerCallState()
        let action = state.flush(.ended(RPCError(.internal, "")), isCutShort: false)
        #expect(action == .sendTrailersOnly)
    }

    @Test("A message cut short cannot be followed by trailers")
    func cutShort() {
        var state = ServerCallState()
        _ = state.flush(.hasBytes, isCutShort: false)
        let action = state.flush(.ended(nil), isCutShort: true)
        #expect(action == .reset)
    }

    @Test("The first outcome counts")
    func outcome() {
        var state = ServerCallState()
        let first = state.end(with: .failure(RPCError(.deadlineExceeded, "")))
        let second = state.end(with: .success([:]))
        #expect(first && !second)
        guard case .failure(let error) = state.outcome else {
            Issue.record("the deadline was forgotten")
            return
        }
        #expect(error.code == .deadlineExceeded)
    }
}
