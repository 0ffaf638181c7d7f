import Foundation

extension Ranks {
    /// What the first rank comes to, on all of them; the others do not run `body`.
    ///
    /// - Throws: What it throws; on the others `RankError.told` with the same text.
    public func told<Value: Codable>(_ operation: String, _ body: () throws -> Value) throws -> Value {
        guard count > 1 else { return try body() }
        return try hear(operation, isFirst ? Result { try body() } : nil)
    }

    /// The same for what takes time.
    ///
    /// - Parameter longest: How long it may take at most, beyond what ranks wait for each other anyhow.
    public func told<Value: Codable>(
        _ operation: String, longest: Duration = .zero, _ body: () async throws -> Value
    ) async throws -> Value {
        guard count > 1 else { return try await body() }
        var ranks = self
        ranks.patience += longest
        var own: Result<Value, any Error>?
        if isFirst { do { own = .success(try await body()) } catch { own = .failure(error) } }
        return try ranks.hear(operation, own)
    }

    private func hear<Value: Codable>(_ operation: String, _ own: Result<Value, any Error>?) throws -> Value {
        var message: [UInt8] = []
        switch own {
        case .success(let value): message = Array(try JSONEncoder().encode(Told(value: value)))
        case .failure(let error): message = Array(try JSONEncoder().encode(Told<Value>(failure: "\(error)")))
        case nil: break
        }
        let heard = try broadcast(message, operation)
        if let own { return try own.get() }
        let told = try JSONDecoder().decode(Told<Value>.self, from: Data(heard))
        guard let value = told.value else { throw RankError.told(operation: operation, reason: told.failure ?? "") }
        return value
    }

    /// Does what all ranks do together. Where it fails on one of them it fails on all, at their next call of each other; and
    /// afterwards they can do something else together.
    ///
    /// - Throws: What `body` throws; `RankError.elsewhere` on ranks that met nothing themselves.
    public func jointly<Value>(_ body: () async throws -> Value) async throws -> Value {
        let begun = epoch
        do {
            return try await body()
        } catch {
            leave(begun, after: error)
            throw error
        }
    }

    /// The same for what does not take long.
    public func jointly<Value>(_ body: () throws -> Value) throws -> Value {
        let begun = epoch
        do {
            return try body()
        } catch {
            leave(begun, after: error)
            throw error
        }
    }

    /// Leaves an epoch, unless that is over already because of another rank, or nothing can be done together any more.
    private func leave(_ begun: Int, after error: any Error) {
        let endsWorld = (error as? RankError)?.endsWorld ?? false
        if !endsWorld, epoch == begun { leaveEpoch(because: "\(error)") }
    }
}

private struct Told<Value: Codable>: Codable {
    var value: Value?
    var failure: String?
}
