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
    private let parameters: CaptureParameters
    private let texts: TokenTextTable
    private let promptCount: Int
    private let responses: Int
    private var tracker: StepTracker
    private var accumulator: InfluenceAccumulator
    /// Tokens whose rows have been folded.
    private(set) var folded: Int

    /// - Parameters:
    ///   - responses: The number of responses in the request, which share the space for maps.
    ///   - raw: Rows kept already; nil begins with none.
    ///   - tracker: What cuts the response; nil means by the separator of the parameters.
    init(
        _ parameters: CaptureParameters, layers: Int, heads: Int, promptCount: Int, texts: TokenTextTable,
        responses: Int = 1, tracker: StepTracker? = nil, raw: [CaptureBuffer.RawRows]? = nil
    ) {
        self.parameters = parameters
        self.texts = texts
        self.promptCount = promptCount
        self.responses = responses
        folded = promptCount
        self.tracker = tracker ?? StepTracker(promptLength: promptCount, separator: parameters.separator)
        accumulator = InfluenceAccumulator(
            layerCount: layers, headCount: heads, gap: parameters.gap, promptLength: promptCount,
            heads: parameters.heads, mapLimit: Self.mapValues / responses)
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
            texts: texts, responses: responses, tracker: tracker.restarted, raw: buffer.raw)
    }

    /// Bytes that it holds at the moment.
    var byteCount: Int { buffer.allBytes + accumulator.byteCount }

    /// Whether the finished response must be recomputed because its separator turned out to be another than the one
    /// tried.
    var needsRecut: Bool { tracker.needsRecut }

    /// The most tokens one chunk may take from `first` on: as many as their steps' sums have room for. Tokens
    /// recomputed after a stop for memory were already folded; a chunk ends where they do.
    func chunkLimit(from first: Int, tokens: [Int32]) -> Int {
        if folded > promptCount, first < folded { return folded - first }
        let begin = max(first, promptCount)
        var trial = tracker, closings = 0
        for position in begin..<max(begin, tokens.count) {
            guard append(tokens[position], to: &trial) != nil else { continue }
            closings += 1
            let values = (closings + 1) * buffer.slotSize(steps: trial.closed.count + 1)
            if values * MemoryLayout<Float>.size > Self.slotBytes { return position + 1 - first }
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
        for (offset, token) in tokens.enumerated() where first + offset >= promptCount {
            if let step = append(token, to: &tracker) { closed.append(step) }
        }
        try buffer.prepare(first: first, count: tokens.count, stepEnds: closed.map { $0.upperBound - 1 })
        return closed
    }

    private func append(_ token: Int32, to tracker: inout StepTracker) -> Range<Int>? {
        tracker.append(texts.bytes(of: token), mayClose: tracker.closed.count < Self.maximumSteps - 1)
    }

    /// Takes what the kernel folded for the chunk last prepared, and reports the steps that closed in it. If each token
    /// is a step, none are reported: the data per step grows with their number, and the trace has it all once.
    func collect(_ closed: [Range<Int>], computed: Int, report: (ClosedStep) -> Void) {
        for (slot, step) in closed.enumerated() {
            close(step, slot: slot)
            if tracker.separator == .token { continue }
            let influence = accumulator.influence(
                thinkingEnd: tracker.thinkingEnd, includesAfterThinking: parameters.includesAfterThinking)
            report(
                ClosedStep(
                    index: accumulator.steps.count - 1, tokens: step, attention: accumulator.latestAttention,
                    influence: influence, excess: accumulator.excess(influence)))
        }
        buffer.finish(closed: closed.count)
        folded = max(folded, computed)
    }

    /// Closes the open step at the end of the response.
    func finish(report: (ClosedStep) -> Void) -> AttentionTrace {
        if let step = tracker.finish() { collect([step], computed: folded, report: report) }
        let raw = buffer.raw.map { rows in
            RawAttention(
                head: HeadIndex(layer: rows.layer, head: rows.head), firstQuery: rows.queries.lowerBound,
                rows: rows.queries.clamped(to: 0..<folded).map(rows.row))
        }
        return accumulator.trace(
            separator: tracker.separator, thinkingEnd: tracker.thinkingEnd,
            includesAfterThinking: parameters.includesAfterThinking, raw: raw)
    }

    private func close(_ step: Range<Int>, slot: Int) {
        buffer.withSums(slot: slot) { sums, stride in
            accumulator.close(step: step, attention: sums.span, stride: stride)
        }
    }
}
