extension Engine {
    /// Takes a request; while too many are in flight, tries again a little later.
    ///
    /// - Parameter patience: How long. After that `EngineError.queueFull` is thrown.
    public func submit(_ request: GenerationRequest, patience: Duration) async throws -> Generation {
        let begin = ContinuousClock.now
        while true {
            do {
                return try submit(request)
            } catch {
                guard case .queueFull = error, ContinuousClock.now - begin < patience else { throw error }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
