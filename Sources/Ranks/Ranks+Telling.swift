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
    public func told<Value: Codable>(_ operation: String, _ body: () async throws -> Value) async throws -> Value {
        guard count > 1 else { return try await body() }
        var own: Result<Value, any Error>?
        if isFirst { do { own = .success(try await body()) } catch { own = .failure(error) } }
        return try hear(operation, own)
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

    /// Makes sure that all ranks got as far: one that failed keeps the others from going on alone.
    ///
    /// - Parameter own: What this rank comes to.
    /// - Throws: This rank's error, or else `RankError.told` with that of the first one that failed.
    public func allDone<Value>(_ operation: String, _ own: Result<Value, any Error>) throws -> Value {
        let text = if case .failure(let error) = own { "\(error)" } else { "" }
        let texts = try gather(Array(text.utf8), operation)
        let value = try own.get()
        for (rank, text) in texts.enumerated() where !text.isEmpty {
            throw RankError.told(
                operation: operation, reason: "\(name(of: rank)): \(String(decoding: text, as: UTF8.self))")
        }
        return value
    }
}

private struct Told<Value: Codable>: Codable {
    var value: Value?
    var failure: String?
}
