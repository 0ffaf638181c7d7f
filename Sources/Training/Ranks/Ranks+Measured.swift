import Ranks

extension Ranks {
    /// Does a step, and tells each rank's part of it on all of them.
    func measured<Value: Sendable>(_ body: () async throws -> Value) async throws -> (Value, [RankShare]) {
        let before = work, begin = ContinuousClock.now
        let value = try await body()
        let own = RankShare(name(of: index), work.since(before), in: begin.duration(to: .now))
        var message = RankMessage()
        message.append(own.figures)
        let all = try gather(message.bytes, "telling what each rank did")
        let shares = try all.enumerated().map { rank, bytes in
            var message = RankMessage(bytes)
            return RankShare(name(of: rank), figures: try message.next(RankShare.Figure.allCases.count))
        }
        return (value, shares)
    }
}
