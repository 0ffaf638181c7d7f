import Sampling

@testable import Rollouts

/// Somebody who reads a request's events, or does not for a while.
final class SimulatedClient: @unchecked Sendable {  // one thread
    enum End: Equatable {
        case finished
        case failed(EngineError)
    }

    /// What was told of one response.
    struct Response {
        var tokens: [Int32] = []
        var text = ""
        var logprobs: [Float] = []
        var entropies: [Float] = []
        var top: [[TokenLogprob]] = []
        var finished: FinishedResponse?
    }

    private(set) var end: End?
    private(set) var starts = 0
    private(set) var version: Int?
    private(set) var responses: [Int: Response] = [:]
    private(set) var echoed = TokenOutput()
    /// The first thing told that cannot be.
    private(set) var fault: SimulationError?
    /// Batches of events taken.
    private(set) var batches = 0

    var reads = true {
        didSet {
            guard reads else { return }
            let waiting = waiting
            self.waiting = nil
            waiting?.resume()
        }
    }
    private var waiting: CheckedContinuation<Void, Never>?

    func read(_ generation: Generation) async {
        var events = generation.makeAsyncIterator()
        do {
            while true {
                if !reads { await withCheckedContinuation { waiting = $0 } }
                guard let some = try await events.next() else { break }
                batches += 1
                if end != nil { note("nothing is told after the end") }
                for event in some { take(event) }
            }
            end = .finished
        } catch {
            end = (error as? EngineError).map { .failed($0) }
            if end == nil { note("a request ends with an error of the engine", "\(error)") }
        }
    }

    private func note(_ invariant: String, _ detail: String = "") {
        if fault == nil { fault = SimulationError(invariant, detail) }
    }

    private func take(_ event: GenerationEvent) {
        if case .started = event {} else if starts == 0 { note("a request is told that it started before all else") }
        switch event {
        case .started(let version, _):
            starts += 1
            self.version = version
        case .echoed(let run):
            if !echoed.ids.isEmpty, !echoed.isFollowed(by: run) { note("given tokens are told in order, each once") }
            if echoed.ids.isEmpty { echoed = run } else { echoed.append(run) }
        case .tokens(let index, let run): append(run, to: index)
        case .stepClosed(let index, _):
            if responses[index]?.finished != nil { note("nothing is told of a response after its end") }
        case .finished(let index, let finished):
            if responses[index]?.finished != nil { note("a response ends once", "\(index)") }
            responses[index, default: Response()].finished = finished
        }
    }

    private func append(_ run: TokenOutput, to index: Int) {
        var response = responses[index] ?? Response()
        if response.finished != nil { note("nothing is told of a response after its end") }
        response.tokens += run.ids
        response.text += run.text
        response.logprobs += run.logprobs
        response.entropies += run.entropies
        response.top += run.top
        responses[index] = response
    }
}
