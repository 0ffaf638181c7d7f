import Basics
import Messages
import Rollouts
import Sampling
import Trees
import Wire

/// Answers one Explore call.
struct ExploreHandler: Sendable {
    let engine: Engine

    func explore(_ request: V1.ExploreRequest, _ responses: ResponseStream<V1.ExploreResponse>) async throws {
        let arrival = ContinuousClock.now
        let subject = try await ExploreSubject(request, engine)
        let (info, growth, verifier) = (subject.info, subject.growth, subject.verifier)
        var judge: TreeExplorer.Judge?
        if let verifier {
            judge = { [engine] response in
                let verdict = verifier.judge(response)
                engine.countVerdict(verdict.name)
                return verdict
            }
        }
        let explorer = TreeExplorer(engine: engine, policy: info, growth: growth, judge: judge)
        let texts = explorer.texts
        let grown = try await explorer.grow { event in
            try await responses.send(V1.ExploreResponse(Self.message(event, subject, texts)))
        }
        let tree = grown.tree
        let nodes = TreeRecord(tree, texts: texts, policy: info.name).nodes
        for piece in V1.TreeNodes.pieces(of: nodes) { try await responses.send(.init(.nodes(piece))) }
        var finished = V1.ExploreFinished()
        finished.rolloutCount = Int32(clamping: tree.rollouts.count)
        finished.undrawn = Int32(clamping: grown.undrawn)
        finished.cut = Int32(clamping: grown.cut)
        finished.drawnTokens = Int64(grown.drawnTokens)
        finished.computedTokens = Int64(grown.computedTokens)
        finished.totalSeconds = arrival.duration(to: .now).seconds
        try await responses.send(.init(.finished(finished)))
    }

    private static func message(
        _ event: TreeExplorer.Event, _ subject: ExploreSubject, _ texts: TreeTexts
    ) -> V1.ExploreResponse.Event {
        switch event {
        case .started(let version):
            var message = V1.ExploreStarted()
            message.policy = subject.info.name
            message.version = Int64(version)
            message.promptIds = subject.growth.prompt
            message.promptText = texts.promptText
            message.sampling = V1.SamplingOptions(subject.growth.sampling)
            message.width = Int32(clamping: subject.growth.width)
            message.continuations = Int32(clamping: subject.growth.continuations)
            message.depth = Int32(clamping: subject.growth.depth)
            message.maxTokensTotal = Int32(clamping: subject.growth.tokenBudget)
            return .started(message)
        case .drawn(let index, let fork, let rollout, let text):
            return .rollout(V1.TreeRollout(TreeRecord.Rollout(index: index, fork: fork, rollout, text: text)))
        case .note(let text):
            var message = V1.ExploreNote()
            message.text = text
            return .note(message)
        }
    }
}

extension V1.ExploreResponse {
    init(_ event: Event) {
        self.init()
        self.event = event
    }
}
