import Policy

/// Gathers the hidden states of a response while it is computed, one closed step at a time:
///
///     mean[j] = 1 / len_j  sum over i in step j of x[i],      mean = 1 / len  sum over i in the response of x[i]
///
/// Sums are float64, and the response's is the sum of its steps', so all are the same bits however the response is cut
/// into chunks.
struct StatePool {
    /// The most values that the means of all of a request's responses may hold: 24 MiB, as for maps.
    static let valueLimit = SequenceCapture.mapValues

    let buffer: StateBuffer
    private let limit: Int
    private var states: PooledStates
    /// Over the steps closed so far. Shape [C].
    private var total: [Double]
    private var tokens = 0

    /// - Parameter responses: The number of responses in the request, which share the space for means.
    init(layer: Int, width: Int, promptCount: Int, responses: Int) {
        buffer = StateBuffer(layer: layer, width: width, promptTokens: promptCount)
        limit = Self.valueLimit / responses
        states = PooledStates(layer: layer, width: width)
        total = Array(repeating: 0, count: width)
    }

    /// Bytes that it holds at the moment.
    var byteCount: Int {
        buffer.byteCount + states.steps.count * MemoryLayout<Float>.size + total.count * MemoryLayout<Double>.size
    }

    /// Takes the sum of a step that has closed.
    mutating func close(_ step: Range<Int>, slot: Int) {
        let sum = buffer.sum(slot: slot), scale = 1 / Double(step.count)
        for column in sum.indices { total[column] += sum[column] }
        tokens += step.count
        if states.stepsDropped || states.steps.count + sum.count > limit {
            states.stepsDropped = true
            states.steps = []
        } else {
            states.steps += sum.lazy.map { Float($0 * scale) }
        }
    }

    /// What was closed and what is open becomes one open step.
    mutating func join() {
        buffer.join(total)
        total = Array(repeating: 0, count: total.count)
        tokens = 0
        states.steps = []
        states.stepsDropped = false
    }

    /// The means, once the last step has closed.
    var pooled: PooledStates {
        var pooled = states
        let scale = 1 / Double(max(tokens, 1))
        pooled.response = tokens > 0 ? total.map { Float($0 * scale) } : []
        return pooled
    }
}
