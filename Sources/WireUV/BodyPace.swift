/// How fast the body of a plain request must arrive: it may take as long as headers may, and a second more for every
/// 4 KiB received. A slow upload goes through; a body that trickles in or stops does not hold its place.
struct BodyPace {
    private static let bytesPerSecond = 4 << 10
    /// The time allowed without a byte.
    let grace: Duration
    let began: ContinuousClock.Instant

    func isTooSlow(received: Int, at now: ContinuousClock.Instant) -> Bool {
        now - began > grace + .seconds(received / Self.bytesPerSecond)
    }
}

extension HTTPResponse {
    static var tooSlow: HTTPResponse { HTTPResponse(status: 408, text: "the request arrived too slowly\n") }
}
