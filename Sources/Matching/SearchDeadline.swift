private import Foundation

/// How long searches over one text may take, in processor time of the thread that created the deadline.
///
/// A pattern and a text can be chosen so that a search takes years. The limit is in processor time, since on a busy
/// machine less is done per second of wall-clock time, and far above what honest patterns need, since results must not
/// depend on the machine.
public struct SearchDeadline: Sendable {
    /// The search was abandoned.
    public struct Exceeded: Error, Sendable, Equatable {}

    private let end: Double

    /// - Parameter byteCount: The size of the text.
    public init(forBytes byteCount: Int) {
        end = Self.now() + Self.seconds + Self.secondsPerByte * Double(byteCount)
    }

    private static let seconds = 2.0
    private static let secondsPerByte = 2e-6

    public var isAhead: Bool { secondsLeft > 0 }

    func check() throws(Exceeded) {
        guard isAhead else { throw Exceeded() }
    }

    var secondsLeft: Double { end - Self.now() }

    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
