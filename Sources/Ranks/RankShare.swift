/// What a rank did in a step, and how long that took.
public struct RankShare: Sendable, Equatable {
    /// Named as metrics name them, in the order in which one rank tells them to another.
    public enum Figure: String, CaseIterable, Sendable {
        /// Tokens that it drew, and those that it computed gradients of.
        case drawnTokens = "drawn_tokens"
        case learntTokens = "learnt_tokens"
        case bytesSent = "bytes_sent"
        /// Seconds of the step in which it computed, and in which it waited for others.
        case computing = "seconds_computing"
        case waiting = "seconds_waiting"
        /// Seconds that messages took beside what it computed.
        case aside = "seconds_aside"
    }

    public let name: RankName
    /// As many as there are cases of `Figure`, in their order.
    public let figures: [Double]

    public init(_ name: RankName, _ work: RankWork, in time: Duration) {
        let waiting = work.waiting / .seconds(1)
        let figures = Figure.allCases.map { figure in
            switch figure {
            case .drawnTokens: Double(work.drawnTokens)
            case .learntTokens: Double(work.learntTokens)
            case .bytesSent: Double(work.bytesSent)
            case .computing: max(0, time / .seconds(1) - waiting)
            case .waiting: waiting
            case .aside: work.aside / .seconds(1)
            }
        }
        self.init(name, figures: figures)
    }

    /// - Precondition: As many as there are cases of `Figure`.
    public init(_ name: RankName, figures: [Double]) {
        precondition(figures.count == Figure.allCases.count, "\(figures.count) figures")
        (self.name, self.figures) = (name, figures)
    }

    public subscript(figure: Figure) -> Double {
        zip(Figure.allCases, figures).first { $0.0 == figure }?.1 ?? 0
    }

    /// The same as metrics of the step: `ranks/1/bytes_sent`.
    public var metrics: [String: Double] {
        let names = Figure.allCases.map { "ranks/\(name.index)/\($0.rawValue)" }
        return Dictionary(uniqueKeysWithValues: zip(names, figures))
    }
}
