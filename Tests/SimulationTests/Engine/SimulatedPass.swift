import CKernels
import Compute
import Sampling

@testable import Policy

/// Computes chunks of simulated models, and tells what breaks a rule of `ForwardPass`.
final class SimulatedPass: ForwardPass {
    let maxRows: Int
    /// Called before each pass.
    var onRun: ([ForwardChunk]) -> Void = { _ in }
    /// Called when a rule is broken.
    var onFault: (SimulationError) -> Void = { _ in }

    init(maxRows: Int) { self.maxRows = maxRows }

    func run(
        weights: any PolicyWeights, memory: any KeyValueMemory, chunks: [ForwardChunk], requests: [LogitRequest]
    ) -> LogitResults {
        guard let weights = weights as? SimulatedWeights, let memory = memory as? SimulatedMemory else {
            preconditionFailure("weights and memory are of one simulated back end")
        }
        let rows = chunks.reduce(0) { $0 + $1.tokens.count }
        if rows == 0 || rows > maxRows {
            onFault(SimulationError("a pass has rows, and no more than it may", "\(rows)"))
        }
        onRun(chunks)
        var answers: [Result<LogitResult, SamplingError>] = []
        for chunk in chunks {
            let wanted = requests[answers.count..<answers.count + chunk.logitRows.count]
            run(chunk, weights.model, memory, wanted, &answers)
        }
        return LogitResults(answers, at: LogitResults.places(of: chunks))
    }

    private func run(
        _ chunk: ForwardChunk, _ model: SimulatedModel, _ memory: SimulatedMemory, _ requests: ArraySlice<LogitRequest>,
        _ answers: inout [Result<LogitResult, SamplingError>]
    ) {
        var requests = requests
        var seen = VisibleSum(hidden: chunk.hidden)
        for position in 0..<chunk.first {
            let value = memory[position, chunk.blocks]
            if value == 0 {
                onFault(SimulationError("keys and values are read where they were written", "position \(position)"))
            }
            seen.add(value, at: position)
        }
        for (row, token) in chunk.tokens.enumerated() {
            let position = chunk.first + row, sum = seen.sum(at: position)
            let value = model.value(of: token, at: position, sum: sum)
            memory[position, chunk.blocks] = value
            seen.add(value, at: position)
            guard chunk.logitRows.contains(row), let request = requests.popFirst() else { continue }
            answers.append(model.answer(request, sum: sum, value: value))
        }
        chunk.capture?.fold(chunk)
    }
}

/// The sum of what the tokens seen from a position stored.
struct VisibleSum {
    let hidden: Range<Int>?
    private var total: UInt64 = 0
    private var hiddenTotal: UInt64 = 0

    init(hidden: Range<Int>?) { self.hidden = hidden }

    mutating func add(_ value: UInt64, at position: Int) {
        total &+= value
        if hidden?.contains(position) == true { hiddenTotal &+= value }
    }

    func sum(at position: Int) -> UInt64 {
        if let hidden, position >= hidden.upperBound { total &- hiddenTotal } else { total }
    }
}

extension SimulatedModel {
    func answer(_ request: LogitRequest, sum: UInt64, value: UInt64) -> Result<LogitResult, SamplingError> {
        if case .draw = request.next, isDamaged(sum: sum, value: value) { return .failure(.notFinite) }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.vocabulary) { row in
            fill(row, sum: sum, value: value)
            return Result { () throws(SamplingError) in try request.answer(row) }
        }
    }
}

extension CaptureBuffer {
    /// Folds the attention of a chunk's rows, as kernels do.
    func fold(_ chunk: ForwardChunk) {
        withKernelView { view in
            let view = view.pointee
            for row in chunk.tokens.indices {
                let query = chunk.first + row, step = Int(view.steps[row])
                for head in 0..<SimulatedModel.heads {
                    let sums = view.sums + Int(view.slots[row]) * view.slot_stride + head * view.head_stride
                    // The prompt's row of the step map is known without.
                    for earlier in 0..<(step > 0 ? step + 1 : 0) {
                        let end = earlier == step ? query + 1 : Int(view.starts[earlier + 1])
                        var sum: Float = 0
                        for key in Int(view.starts[earlier])..<end {
                            sum += chunk.attention(head: head, query: query, key: key)
                        }
                        sums[earlier] += sum
                    }
                }
                for raw in UnsafeBufferPointer(start: view.raw, count: view.raw_count)
                where raw.begin..<raw.end ~= query {
                    let first = (query - raw.begin) * (raw.begin + 1 + query) / 2
                    for key in 0...query {
                        raw.rows[first + key] = chunk.attention(head: raw.head, query: query, key: key)
                    }
                }
            }
        }
    }
}

extension ForwardChunk {
    fileprivate func attention(head: Int, query: Int, key: Int) -> Float {
        if let hidden, query >= hidden.upperBound, hidden.contains(key) { return 0 }
        return SimulatedModel.attention(head: head, query: query, key: key)
    }
}
