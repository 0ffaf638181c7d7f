import Compute
import Influence
import Policy
import Tokenizing

/// Attention capture of one sequence: cuts its response into steps as tokens are computed, and turns the kernel's
/// folded sums into influence.
///
/// Only response tokens are folded. The prompt's row of the step map is known in advance (see `InfluenceAccumulator`),
/// so a prompt may come from shared blocks; response tokens of a captured request are always computed, never taken from
/// the prefix cache.
final class SequenceCapture {
    /// Steps beyond this number are merged into the last one, which bounds memory for any response.
    static let maximumSteps = 4096
    /// The most bytes of sums one chunk may need.
    private static let slotBytes = 8 << 20
    /// The most values that the maps of all of a request's responses may hold: 24 MiB; arrays that grow by doubling
    /// stay below 48 MiB.
    static let mapValues = 6 << 20

    let buffer: CaptureBuffer
    /// nil where no hidden states are wanted.
    private var states: StatePool?
    private let stateWidth: Int
    private let parameters: CaptureParameters
    private let texts: TokenTextTable
    private let promptCount: Int
    private let responses: Int
    private var tracker: StepTracker
    private var accumulator: InfluenceAccumulator
    /// The accumulator before any step of the response.
    private let beginning: InfluenceAccumulator
    /// While a blank line may still join them: the attention that the closed steps paid to the prompt and to each other,
    /// by head. Shape [L * H, 2], or empty.
    private var joined: [Float] = []
    /// Whether the chunk being computed ends with the blank line that makes one step of all before it.
    private var joins = false
    /// Tokens whose rows have been folded.
    private(set) var folded: Int

    /// - Parameters:
    ///   - responses: The number of responses in the request, which share the space for maps.
    ///   - stateWidth: Of hidden states.
    ///   - raw: Rows kept already; nil begins with none.
    ///   - tracker: What cuts the response; nil means by the separator of the parameters.
    init(
        _ parameters: CaptureParameters, layers: Int, heads: Int, promptCount: Int, texts: TokenTextTable,
        responses: Int = 1, stateWidth: Int = 0, tracker: StepTracker? = nil, raw: [CaptureBuffer.RawRows]? = nil
    ) {
        self.parameters = parameters
        self.texts = texts
        self.promptCount = promptCount
        self.responses = responses
        self.stateWidth = stateWidth
        states = parameters.stateLayer.map {
            StatePool(layer: $0, width: stateWidth, promptCount: promptCount, responses: responses)
        }
        folded = promptCount
        self.tracker = tracker ?? StepTracker(promptLength: promptCount, separator: parameters.separator)
        beginning = InfluenceAccumulator(
            layerCount: layers, headCount: heads, gap: parameters.gap, promptLength: promptCount,
            heads: parameters.heads, mapLimit: Self.mapValues / responses)
        accumulator = beginning
        buffer = CaptureBuffer(
            layers: layers, heads: heads, promptTokens: promptCount,
            raw: raw
                ?? parameters.rawRows.map {
                    CaptureBuffer.RawRows(layer: $0.head.layer, head: $0.head.head, queries: $0.queries)
                })
    }

    /// The same capture from the start, cut by another separator. Raw rows do not depend on it, and those of the prompt
    /// are not computed again.
    func restarted() -> SequenceCapture {
        SequenceCapture(
            parameters, layers: accumulator.layerCount, heads: accumulator.headCount, promptCount: promptCount,
            texts: texts, responses: responses, stateWidth: stateWidth, tracker: tracker.restarted, raw: buffer.raw)
    }

    /// Bytes that it holds at the moment.
    var byteCount: Int {
        buffer.allBytes + accumulator.byteCount + joined.count * MemoryLayout<Float>.size + (states?.byteCount ?? 0)
    }

    /// Where a chunk's hidden states go.
    var stateBuffer: StateBuffer? { states?.buffer }
    /// The means of hidden states, where they are wanted, once the response has ended.
    var pooledStates: PooledStates? { states?.pooled }

    /// Whether the finished response must be recomputed because its separator turned out to be another than the one
    /// tried.
    var needsRecut: Bool { tracker.needsRecut }

    /// The most tokens one chunk may take from `first` on: as many as their steps' sums have room for. Tokens
    /// recomputed after a stop for memory were already folded; a chunk ends where they do, and with the blank line that
    /// joins all before it.
    func chunkLimit(from first: Int, tokens: [Int32]) -> Int {
        if folded > promptCount, first < folded { return folded - first }
        let begin = max(first, promptCount)
        var trial = tracker, closings = 0
        for position in begin..<max(begin, tokens.count) {
            let wasUndecided = trial.isUndecided
            let closes = append(tokens[position], to: &trial) != nil
            if wasUndecided, !trial.isUndecided { return position + 1 - first }
            guard closes else { continue }
            closings += 1
            let sums = buffer.slotSize(steps: trial.closed.count + 1) * MemoryLayout<Float>.size
            let bytes = (closings + 1) * (sums + (states?.buffer.slotBytes ?? 0))
            if bytes > Self.slotBytes { return position + 1 - first }
        }
        return .max
    }

    /// Whether a chunk of these tokens has rows to fold. Once the response has some, those of the prompt are there, too.
    func folds(_ positions: Range<Int>) -> Bool {
        positions.upperBound > folded
            || folded == promptCount && buffer.raw.contains { $0.queries.overlaps(positions) }
    }

    /// The first token whose attention has to be computed: the first of the response or of a raw row.
    var firstNeeded: Int { min(promptCount, buffer.raw.map(\.queries.lowerBound).min() ?? promptCount) }

    /// Prepares the buffer for a chunk. Returns the steps that close in it: the first may end just before it.
    ///
    /// - Throws: `MemoryError`; the capture cannot continue after that.
    func prepare(first: Int, tokens: ArraySlice<Int32>) throws(MemoryError) -> [Range<Int>] {
        var closed: [Range<Int>] = []
        let wasUndecided = tracker.isUndecided
        for (offset, token) in tokens.enumerated() where first + offset >= promptCount {
            if let step = append(token, to: &tracker) { closed.append(step) }
        }
        joins = wasUndecided && !tracker.isUndecided
        let ends = closed.map { $0.upperBound - 1 }
        try buffer.prepare(first: first, count: tokens.count, stepEnds: ends)
        try states?.buffer.prepare(first: first, count: tokens.count, stepEnds: ends)
        return closed
    }

    private func append(_ token: Int32, to tracker: inout StepTracker) -> Range<Int>? {
        tracker.append(texts.bytes(of: token), mayClose: tracker.closed.count < Self.maximumSteps - 1)
    }

    /// Takes what the kernel folded for the chunk last prepared, and reports the steps that closed in it. If each token
    /// is a step, none are reported: the data per step grows with their number, and the trace has it all once. While a
    /// blank line might join them, they wait for the end of the response.
    func collect(_ closed: [Range<Int>], computed: Int, report: (ClosedStep) -> Void) {
        let isUndecided = tracker.isUndecided || joins
        for (slot, step) in closed.enumerated() {
            close(step, slot: slot, isUndecided: isUndecided)
            states?.close(step, slot: slot)
            if tracker.separator != .token, !isUndecided {
                let influence = influence
                report(
                    ClosedStep(
                        index: accumulator.steps.count - 1, tokens: step, attention: accumulator.latestAttention,
                        influence: influence, excess: accumulator.excess(influence)))
            }
        }
        buffer.finish(closed: closed.count)
        states?.buffer.finish(closed: closed.count)
        if joins { join() }
        folded = max(folded, computed)
    }

    private var influence: [Float] {
        accumulator.influence(
            thinkingEnd: tracker.thinkingEnd, includesAfterThinking: parameters.includesAfterThinking)
    }

    /// What was closed and what is open becomes one open step.
    private func join() {
        joins = false
        buffer.join(joined)
        states?.join()
        joined = []
        accumulator = beginning
    }

    /// Closes the open step at the end of the response.
    func finish(report: (ClosedStep) -> Void) -> AttentionTrace {
        if let step = tracker.finish() { collect([step], computed: folded, report: report) }
        if tracker.isUndecided { reportLines(to: report) }
        let raw = buffer.raw.map { rows in
            RawAttention(
                head: HeadIndex(layer: rows.layer, head: rows.head), firstQuery: rows.queries.lowerBound,
                rows: rows.queries.clamped(to: 0..<folded).map(rows.row))
        }
        return accumulator.trace(
            separator: tracker.separator, thinkingEnd: tracker.thinkingEnd,
            includesAfterThinking: parameters.includesAfterThinking, raw: raw)
    }

    /// No blank line came, so lines are steps. Of more than maps are kept for, none are reported.
    private func reportLines(to report: (ClosedStep) -> Void) {
        guard !accumulator.mapsDropped else { return }
        let influence = influence, excess = accumulator.excess(influence)
        for index in accumulator.steps.indices.dropFirst() {
            report(
                ClosedStep(
                    index: index, tokens: accumulator.steps[index],
                    attention: accumulator.meanAttention(from: index), influence: Array(influence[...index]),
                    excess: Array(excess[...index])))
        }
    }

    private func close(_ step: Range<Int>, slot: Int, isUndecided: Bool) {
        let count = accumulator.steps.count + 1
        buffer.withSums(slot: slot) { sums, stride in
            accumulator.close(step: step, attention: sums.span, stride: stride)
            guard isUndecided else { return }
            let heads = accumulator.layerCount * accumulator.headCount
            if joined.isEmpty { joined = [Float](repeating: 0, count: 2 * heads) }
            for head in 0..<heads {
                joined[2 * head] += sums[head * stride]
                for step in 1..<count { joined[2 * head + 1] += sums[head * stride + step] }
            }
        }
    }
}
