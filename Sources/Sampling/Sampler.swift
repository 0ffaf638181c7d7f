internal import CKernels
internal import Compute

/// Draws the tokens of one response from rows of logits.
///
/// Each sequence has its own: the parameters and, for the repetition penalty, the tokens seen. The operations and their
/// order are those documented at `SamplingParameters`.
///
/// Draw `position` of response `index` is a function of (row, parameters, index, position, tokens seen) alone: nothing
/// is carried from draw to draw, and every sum has the same order on every processor.
public struct Sampler: Sendable {
    public let parameters: SamplingParameters
    private let random: CounterRandom
    /// End-of-sequence and stop tokens.
    private let stops: Set<Int32>
    /// Tokens in prompt and response; filled only if a penalty needs it.
    private var seen: Set<Int32> = []
    /// How often each token was drawn; filled only if a penalty needs it.
    private var drawn: [Int32: Int] = [:]

    /// - Parameters:
    ///   - parameters: Validated; see `SamplingParameters.validate(vocabulary:)`.
    ///   - index: The response's index within the request, which selects its stream of random numbers.
    ///   - endOfSequence: The policy's end-of-sequence tokens.
    public init(_ parameters: SamplingParameters, index: Int = 0, endOfSequence: Set<Int32> = []) {
        self.parameters = parameters
        random = CounterRandom(seed: parameters.seed, stream: UInt64(index))
        stops = parameters.stopTokens.union(endOfSequence)
    }

    /// Notes tokens of prompt or forced response, in any order and any number of times.
    public mutating func observe(_ tokens: some Sequence<Int32>) {
        if parameters.repetitionPenalty != 1 { seen.formUnion(tokens) }
    }

    /// Notes a drawn token, to be called once per draw. Drawn tokens are not noted automatically.
    public mutating func observe(drawn token: Int32) {
        observe(CollectionOfOne(token))
        if parameters.frequencyPenalty != 0 || parameters.presencePenalty != 0 { drawn[token, default: 0] += 1 }
    }

    /// Draws one token.
    ///
    /// The draw inverts the cumulative weights in order of token id with one uniform number of 53 bits, so each token
    /// is drawn with its probability up to the rounding of Float sums, about one part in a million.
    ///
    /// - Parameters:
    ///   - logits: The policy's row of V logits; overwritten. Take its statistics first.
    ///   - position: The number of tokens already drawn for this response.
    /// - Throws: `SamplingError` if nothing can be drawn.
    /// - Complexity: A few passes over V. Extra memory: V / 256 sums and, for top-k and top-p, the values near where
    ///   the row is cut.
    public func draw(
        from logits: UnsafeMutableBufferPointer<Float>, position: Int
    ) throws(SamplingError) -> Int32 {
        adjust(logits, position: position)
        let maximum = try UnsafeBufferPointer(logits).maximum()
        guard parameters.temperature > 0 else {
            return Int32(attn_row_find(logits.baseAddress, logits.count, maximum))
        }
        let row = WeightedRow(logits: logits, maximum: maximum, temperature: parameters.temperature)
        return Int32(row.draw(row.kept(by: parameters), at: random.uniform(at: UInt64(position))))
    }

    /// Applies bias, penalties and masked stop tokens. Ids outside the row cannot be drawn and are skipped.
    private func adjust(_ logits: UnsafeMutableBufferPointer<Float>, position: Int) {
        func change(_ id: Int32, _ body: (inout Float) -> Void) {
            if logits.indices.contains(Int(id)) { body(&logits[Int(id)]) }
        }
        for (id, bias) in parameters.logitBias { change(id) { $0 += bias } }
        let penalty = parameters.repetitionPenalty
        if penalty != 1 {
            for id in seen { change(id) { $0 = $0 > 0 ? $0 / penalty : $0 * penalty } }
        }
        for (id, count) in drawn {
            change(id) { $0 -= parameters.frequencyPenalty * Float(count) + parameters.presencePenalty }
        }
        if position < parameters.minTokens {
            for id in stops { change(id) { $0 = -.infinity } }
        }
    }
}

extension WeightedRow {
    /// Turns logits into weights and finds the token at which their sum, in order of id, exceeds a share of the whole.
    ///
    /// - Parameter share: In [0, 1).
    fileprivate func draw(_ prefix: LogitPrefix, at share: Double) -> Int {
        if prefix.ties < .max { attn_row_drop_ties(logits.baseAddress, logits.count, prefix.least, prefix.ties) }
        let block = Int(ATTN_SAMPLING_BLOCK)
        let blocks = (logits.count + block - 1) / block
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: blocks) { sums in
            let total = attn_row_weights(
                logits.baseAddress, logits.count, maximum, scale, prefix.least, sums.baseAddress)
            var left = share * total
            var last = 0
            for (index, sum) in sums.enumerated() where sum > 0 {
                if left >= sum {
                    left -= sum
                    last = index
                    continue
                }
                return token(at: left, in: index * block..<min(logits.count, (index + 1) * block))
            }
            // Rounding left a remainder beyond the last block: take its last token.
            return token(at: .infinity, in: last * block..<min(logits.count, (last + 1) * block))
        }
    }

    /// The first token of a block at which the sum of weights exceeds `left`; the last with any weight if none does.
    private func token(at left: Double, in block: Range<Int>) -> Int {
        var (left, last) = (left, block.lowerBound)
        for id in block where logits[id] > 0 {
            last = id
            left -= Double(logits[id])
            if left < 0 { break }
        }
        return last
    }
}
