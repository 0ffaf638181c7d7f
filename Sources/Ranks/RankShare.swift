/// What a rank did in a step, and how long that took.
public struct RankShare: Sendable, Equatable {
    public let name: RankName
    /// Tokens that it drew, and those that it computed gradients of.
    public let drawnTokens: Int
    public let learntTokens: Int
    public let bytesSent: Int
    /// Seconds of the step in which it computed, and in which it waited for others.
    public let computing: Double
    public let waiting: Double
    /// Seconds that messages took beside what it computed.
    public let aside: Double

    public init(_ name: RankName, _ work: RankWork, in time: Duration) {
        let waiting = work.waiting / .seconds(1)
        self.init(
            name,
            figures: [
                Double(work.drawnTokens), Double(work.learntTokens), Double(work.bytesSent),
                max(0, time / .seconds(1) - waiting), waiting, work.aside / .seconds(1),
            ])
    }

    /// Its figures as one rank tells them to another, and how many they are.
    public var figures: [Double] {
        [Double(drawnTokens), Double(learntTokens), Double(bytesSent), computing, waiting, aside]
    }
    public static let figureCount = 6

    /// - Precondition: As many as there are.
    public init(_ name: RankName, figures: [Double]) {
        self.name = name
        drawnTokens = Int(figures[0])
        learntTokens = Int(figures[1])
        bytesSent = Int(figures[2])
        (computing, waiting, aside) = (figures[3], figures[4], figures[5])
    }

    /// The same as metrics of the step: `ranks/1/bytes_sent`.
    public var metrics: [String: Double] {
        let names = [
            "drawn_tokens", "learnt_tokens", "bytes_sent", "seconds_computing", "seconds_waiting", "seconds_aside",
        ]
        return Dictionary(uniqueKeysWithValues: zip(names.map { "ranks/\(name.index)/\($0)" }, figures))
    }
}
