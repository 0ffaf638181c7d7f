extension Engine {
    /// Submits a request, retrying for a while if too many are in flight.
    ///
    /// - Parameter patience: How long to retry before the engine's refusal is thrown.
    public func submit(_ request: GenerationRequest, patience: Duration) async throws -> Generation {
        let begin = ContinuousClock.now
        while true {
            do {
                return try submit(request)
            } catch {
                guard error.passesWithTime, ContinuousClock.now - begin < patience else { throw error }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

extension EngineError {
    /// Whether the same request may be accepted a little later.
    public var passesWithTime: Bool {
        switch self {
        case .queueFull, .tooManyResponses: true
        default: false
        }
    }
}
