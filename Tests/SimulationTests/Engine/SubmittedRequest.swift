import Sampling

@testable import Rollouts

/// A request that a simulated engine has accepted, and whoever reads it.
final class SubmittedRequest: CustomStringConvertible, @unchecked Sendable {  // one thread
    let simulated: SimulatedRequest
    let client = SimulatedClient()
    let policy: ObjectIdentifier
    private let policyName: String
    /// The engine's; gone when it has ended.
    private(set) weak var running: RunningRequest?
    private let generation: Generation
    private let info: PolicyInfo
    private let version: Int
    private let model: SimulatedModel
    private var allowed: [EngineError] = []
    var task: Task<Void, Never>?

    init(_ simulated: SimulatedRequest, _ running: RunningRequest, _ policy: HostedPolicy) {
        self.simulated = simulated
        self.running = running
        self.policy = ObjectIdentifier(policy)
        policyName = policy.name
        generation = running.generation
        info = running.info
        version = running.version
        guard let weights = running.weights as? SimulatedWeights else { preconditionFailure("weights are simulated") }
        model = weights.model
    }

    var description: String { simulated.description }

    func cancel(ofTask: Bool) {
        mayEnd(.cancelled)
        if ofTask { task?.cancel() } else { generation.cancel() }
    }

    /// Notes an error that it may end with from now on.
    func mayEnd(_ error: EngineError) { if client.end == nil { allowed.append(error) } }

    // MARK: At the end

    func check() throws(SimulationError) {
        if let fault = client.fault { throw SimulationError(fault.invariant, "\(self): \(fault.detail)") }
        guard let end = client.end else { throw SimulationError("every accepted request ends", "\(self)") }
        let expected = ExpectedResponses(simulated.request, model, info: info)
        switch end {
        case .finished: try checkWhole(expected)
        case .failed(let error): try check(error, expected)
        }
        try checkTokens(expected)
        try require(client.starts <= 1, "a request starts once", "\(self)")
        if client.starts > 0 {
            try require(client.version == version, "a request keeps the version it began with", "\(self)")
        }
    }

    private func check(_ error: EngineError, _ expected: ExpectedResponses) throws(SimulationError) {
        let isRight =
            switch error {
            case .notComputable(let policy, _): expected.isBroken && policy == policyName
            case .capturesTooLarge: simulated.request.capture != nil
            default: allowed.contains(error)
            }
        try require(isRight, "a request fails with the right error", "\(self): \(error)")
    }

    private func checkWhole(_ expected: ExpectedResponses) throws(SimulationError) {
        let request = simulated.request
        try require(!expected.isBroken, "what has no numbers is not finished", "\(self)")
        try require(client.starts == 1, "a request that finished had started", "\(self)")
        try require(client.responses.count == request.count, "every response ends", "\(self)")
        for (index, response) in client.responses {
            guard let finished = response.finished else { throw SimulationError("every response ends", "\(self)") }
            let right = expected.responses[index], given = request.prompt.count + request.forcedResponse.count
            try require(
                given + response.tokens.count == right.tokens.count && response.text == right.text
                    && finished.reason == right.reason,
                "a response is what it is alone",
                "\(self), response \(index): \(response.tokens.count) tokens, \(response.text.debugDescription), "
                    + "\(finished.reason), not \(right.tokens.count - given), \(right.text.debugDescription), "
                    + "\(right.reason.map { "\($0)" } ?? "")")
            try require(
                finished.version == version && finished.completionTokens == response.tokens.count,
                "a response says what made it", "\(self)")
            try require(finished.trace?.digest == right.traceDigest, "a trace is what it is alone", "\(self), \(index)")
        }
        let echo =
            (request.echoesPrompt ? request.prompt : []) + (request.echoesForcedResponse ? request.forcedResponse : [])
        try require(client.echoed.ids == echo, "given tokens are told if that is asked for", "\(self)")
    }

    /// What was told before the end, whatever that was, is right.
    private func checkTokens(_ expected: ExpectedResponses) throws(SimulationError) {
        let request = simulated.request, detail = request.detail
        let given = request.prompt.count + request.forcedResponse.count
        for (index, response) in client.responses {
            let right = expected.responses[index]
            try require(
                right.tokens.dropFirst(given).starts(with: response.tokens), "tokens are those drawn alone",
                "\(self), response \(index): \(response.tokens), not \(right.tokens.dropFirst(given))")
            let told = Told(response.logprobs, response.entropies, response.top)
            let wanted = Told(right.statistics.prefix(response.tokens.count)[...], detail)
            try require(told == wanted, "details are those of the token alone", "\(self), response \(index)")
        }
        guard let first = client.echoed.ids.isEmpty ? nil : client.echoed.start else { return }
        let statistics = [nil] + expected.givenStatistics
        let told = Told(client.echoed.logprobs, client.echoed.entropies, client.echoed.top)
        let wanted = Told(statistics[first..<min(first + client.echoed.ids.count, statistics.count)], detail)
        try require(told == wanted, "details of given tokens are those of the token alone", "\(self)")
    }
}

/// Details, bit for bit.
private struct Told: Equatable {
    var logprobs: [UInt32]
    var entropies: [UInt32]
    var top: [[TokenLogprob]]

    init(_ logprobs: [Float], _ entropies: [Float], _ top: [[TokenLogprob]]) {
        self.logprobs = logprobs.map(\.bitPattern)
        self.entropies = entropies.map(\.bitPattern)
        self.top = top
    }

    init(_ statistics: ArraySlice<TokenStatistics?>, _ detail: TokenDetail) {
        self.init(
            detail.logprobs ? statistics.map { $0?.logprob ?? .nan } : [],
            detail.entropies ? statistics.map { $0?.entropy ?? .nan } : [],
            detail.topLogprobs > 0 ? statistics.map { $0?.top ?? [] } : [])
    }
}
