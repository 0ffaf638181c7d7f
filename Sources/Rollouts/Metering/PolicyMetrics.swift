import Basics
import CoreMetrics
import Metering
import Sampling

/// Handles for the metrics of one policy.
struct PolicyMetrics: Sendable {
    let running, waiting, cacheUse, version: Meter
    let preemptions, promptTokens, generationTokens, prefixQueries, prefixHits: Counter
    let capturedTokens, closedSteps, promptRollouts, branchRollouts: Counter
    private let stopped, cutOff, aborted: Counter
    let stepTokens, firstToken, betweenTokens, perToken, latency, queueTime, inferenceTime, prefillTime: Recorder
    let decodeTime, promptLength, responseLength, mostTokens, responsesAsked: Recorder

    init(_ policy: String, _ factory: any MetricsFactory) {
        let label = (EngineMetric.policyLabel, policy)
        running = EngineMetric.running.gauge(factory, label)
        waiting = EngineMetric.waiting.gauge(factory, label)
        cacheUse = EngineMetric.cacheUse.gauge(factory, label)
        version = EngineMetric.version.gauge(factory, label)
        preemptions = EngineMetric.preemptions.counter(factory, label)
        promptTokens = EngineMetric.promptTokens.counter(factory, label)
        generationTokens = EngineMetric.generationTokens.counter(factory, label)
        prefixQueries = EngineMetric.prefixQueries.counter(factory, label)
        prefixHits = EngineMetric.prefixHits.counter(factory, label)
        capturedTokens = EngineMetric.capturedTokens.counter(factory, label)
        closedSteps = EngineMetric.closedSteps.counter(factory, label)
        promptRollouts = EngineMetric.treeRollouts.counter(factory, label, ("begins_at", "prompt"))
        branchRollouts = EngineMetric.treeRollouts.counter(factory, label, ("begins_at", "branch"))
        stopped = EngineMetric.success.counter(factory, label, ("finished_reason", "stop"))
        cutOff = EngineMetric.success.counter(factory, label, ("finished_reason", "length"))
        aborted = EngineMetric.success.counter(factory, label, ("finished_reason", "abort"))
        stepTokens = EngineMetric.stepTokens.histogram(factory, label)
        firstToken = EngineMetric.firstToken.histogram(factory, label)
        betweenTokens = EngineMetric.betweenTokens.histogram(factory, label)
        perToken = EngineMetric.perToken.histogram(factory, label)
        latency = EngineMetric.latency.histogram(factory, label)
        queueTime = EngineMetric.queueTime.histogram(factory, label)
        inferenceTime = EngineMetric.inferenceTime.histogram(factory, label)
        prefillTime = EngineMetric.prefillTime.histogram(factory, label)
        decodeTime = EngineMetric.decodeTime.histogram(factory, label)
        promptLength = EngineMetric.promptLength.histogram(factory, label)
        responseLength = EngineMetric.responseLength.histogram(factory, label)
        mostTokens = EngineMetric.mostTokens.histogram(factory, label)
        responsesAsked = EngineMetric.responsesAsked.histogram(factory, label)
    }

    /// Records that a request's computation has begun.
    func began(_ request: RunningRequest, cachedTokens: Int) {
        let wanted = request.request
        promptTokens.increment(by: wanted.prompt.count)
        promptLength.record(wanted.prompt.count)
        prefixQueries.increment(by: request.given.count)
        prefixHits.increment(by: cachedTokens)
        mostTokens.record(wanted.sampling.maxTokens)
        responsesAsked.record(wanted.count)
    }

    /// Records that a response has ended by itself.
    func finished(_ rollout: Rollout) {
        switch rollout.finish {
        case .stopToken, .stopText: stopped.increment()
        case .length, nil: cutOff.increment()
        }
        responseLength.record(rollout.drawnCount)
        rollout.times.record(to: self, requestedAt: rollout.request.requestedAt, tokens: rollout.drawnCount)
    }

    /// Records that responses were abandoned.
    func gaveUp(_ count: Int) { aborted.increment(by: count) }
}

/// When a response began, and when its first and last tokens were drawn.
struct RolloutTimes {
    private var begin: ContinuousClock.Instant?
    private var first: ContinuousClock.Instant?
    private var last: ContinuousClock.Instant?

    /// Records that computation begins, for the first time or again after preemption.
    mutating func begins(
        _ now: ContinuousClock.Instant, _ requestedAt: ContinuousClock.Instant, _ metrics: PolicyMetrics
    ) {
        guard begin == nil else { return }
        begin = now
        metrics.queueTime.record((now - requestedAt).seconds)
    }

    /// Records that a token was drawn.
    mutating func draws(
        _ now: ContinuousClock.Instant, _ requestedAt: ContinuousClock.Instant, _ metrics: PolicyMetrics
    ) {
        metrics.generationTokens.increment()
        if let last {
            metrics.betweenTokens.record((now - last).seconds)
        } else {
            first = now
            metrics.firstToken.record((now - requestedAt).seconds)
            if let begin { metrics.prefillTime.record((now - begin).seconds) }
        }
        last = now
    }

    fileprivate func record(to metrics: PolicyMetrics, requestedAt: ContinuousClock.Instant, tokens: Int) {
        let now = ContinuousClock.now
        metrics.latency.record((now - requestedAt).seconds)
        if let begin { metrics.inferenceTime.record((now - begin).seconds) }
        guard let first, let last else { return }
        metrics.decodeTime.record((last - first).seconds)
        if tokens > 1 { metrics.perToken.record((last - first).seconds / Double(tokens - 1)) }
    }
}
