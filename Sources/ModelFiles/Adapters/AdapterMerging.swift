/// Adds an adapter to the weights it changes: W + s B A, in float32 after sums in double.
final class AdapterMerging {
    private struct Factors {
        let tensor: TensorSpecification
        let a: [Float]
        let b: [Float]
    }

    private let adapter: AdapterDirectory
    private let tensors: [WeightName: (a: AdapterTensor, b: AdapterTensor)]
    /// Of the matrix that is being written.
    private var factors: Factors?

    init(_ adapter: AdapterDirectory, _ configuration: PolicyConfiguration) {
        self.adapter = adapter
        var tensors: [WeightName: (a: AdapterTensor, b: AdapterTensor)] = [:]
        // A and B of each module follow each other.
        let all = adapter.shape.tensors(configuration)
        for at in stride(from: 0, to: all.count, by: 2) { tensors[all[at].module.weight] = (all[at], all[at + 1]) }
        self.tensors = tensors
    }

    /// Adds to elements `range` of a tensor, in row-major order.
    func add(
        to buffer: UnsafeMutableBufferPointer<Float>, _ tensor: TensorSpecification, _ range: Range<Int>
    ) throws {
        guard let factors = try factors(of: tensor) else { return }
        let width = tensor.shape[1], rank = adapter.shape.rank, scale = adapter.shape.scale
        for (index, element) in zip(buffer.indices, range) {
            let (row, column) = element.quotientAndRemainder(dividingBy: width)
            var sum = 0.0
            for r in 0..<rank { sum += Double(factors.b[row * rank + r]) * Double(factors.a[r * width + column]) }
            buffer[index] = Float(Double(buffer[index]) + scale * sum)
        }
    }

    private func factors(of tensor: TensorSpecification) throws -> Factors? {
        if let factors, factors.tensor == tensor { return factors }
        guard let (a, b) = tensors[tensor.weight] else { return nil }
        let found = Factors(
            tensor: tensor, a: try adapter.tensor(a).floats(), b: try adapter.tensor(b).floats())
        factors = found
        return found
    }
}
