import CKernels
import Compute
import ModelFiles

/// Muon for the layers' matrices, AdamW for everything else: embedding, output projection, norms, biases.
///
///     m = momentum m + g,      u = g + momentum m                     (Nesterov)
///     w = w - rate (0.2 sqrt(max(N, K)) orthogonal(u) + decay w)
///
/// where orthogonal(u) approximates the nearest matrix whose singular values are all 1, by five Newton-Schulz
/// iterations of the polynomial x -> 3.4445 x - 4.7750 x^3 + 2.0315 x^5, which bring them to between about 0.7 and 1.2.
/// The factor before it gives updates the size of AdamW's, so that one learning rate serves both.
///
/// Sources: Jordan et al., "Muon: an optimizer for hidden layers in neural networks" (2024) for the iteration and its
/// coefficients; Liu et al., "Muon is scalable for LLM training" (arXiv:2502.16982) for the factor and the decay.
final class Muon: CPUOptimizer {
    var stepCount: Int {
        get { rest.stepCount }
        set { rest.stepCount = newValue }
    }

    private let settings: MuonSettings
    private let team: ThreadTeam
    private let matrices: [Parameter]
    private let momenta: [AlignedBuffer<Float>]
    private let rest: AdamW
    private let orthogonalisation: Orthogonalisation
    let values: [(state: OptimizerState, values: AlignedBuffer<Float>)]

    /// - Precondition: The layers' matrices are there as a whole.
    /// - Throws: `MemoryError`.
    init(_ slices: [ParameterSlice], settings: MuonSettings, team: ThreadTeam) throws {
        self.settings = settings
        self.team = team
        matrices = slices.map(\.parameter).filter(\.isLayerMatrix)
        precondition(
            slices.allSatisfy { !$0.parameter.isLayerMatrix || $0.count == $0.parameter.count }, "parts of a matrix")
        momenta = try matrices.map { try AlignedBuffer(count: $0.count) }
        rest = try AdamW(slices.filter { !$0.parameter.isLayerMatrix }, settings: settings.adamW, team: team)
        orthogonalisation = try Orthogonalisation(
            largest: matrices.map { (max($0.rows, $0.columns), min($0.rows, $0.columns)) }, team: team)
        values = zip(matrices, momenta).map { (ParameterSlice($0).state("muon.momentum"), $1) } + rest.values
    }

    func step(learningRate: Double, gradientScale: Double) {
        for (matrix, momentum) in zip(matrices, momenta) {
            let update = orthogonalisation.input(rows: matrix.rows, columns: matrix.columns)
            let (keep, scale) = (Float(settings.momentum), Float(gradientScale))
            for i in 0..<matrix.count {
                let gradient = matrix.gradient.pointer[i] * scale
                momentum.pointer[i] = keep * momentum.pointer[i] + gradient
                update.set(i, gradient + keep * momentum.pointer[i])
            }
            orthogonalisation.run(update)
            let rate = Float(learningRate), decay = Float(learningRate * settings.adamW.weightDecay)
            let size = rate * 0.2 * Float(max(matrix.rows, matrix.columns)).squareRoot()
            for i in 0..<matrix.count {
                matrix.values.pointer[i] -= size * update.value(i) + decay * matrix.values.pointer[i]
            }
        }
        rest.step(learningRate: learningRate, gradientScale: gradientScale)
    }
}

/// Newton-Schulz iterations on a tall matrix X [K, N], K >= N; a wide one is transposed on its way in and out.
///
///     A = X^T X,      X <- X (3.4445 I - 4.7750 A + 2.0315 A^2)
final class Orthogonalisation {
    /// A matrix being orthogonalised, addressed by row-major index of the matrix it came from.
    struct Input {
        fileprivate let x: UnsafeMutablePointer<Float>
        fileprivate let tall: Int
        fileprivate let short: Int
        /// Columns of the matrix it came from; 0 if that is already tall.
        fileprivate let columns: Int

        private func place(_ i: Int) -> Int { columns == 0 ? i : i % columns * short + i / columns }
        func set(_ i: Int, _ value: Float) { x[place(i)] = value }
        func value(_ i: Int) -> Float { x[place(i)] }
    }

    private let team: ThreadTeam
    private let x: AlignedBuffer<Float>
    private let next: AlignedBuffer<Float>
    private let gram: AlignedBuffer<Float>
    private let square: AlignedBuffer<Float>
    private let panels: AlignedBuffer<Float>
    private let scratch: [AlignedBuffer<UInt8>]

    init(largest sizes: [(tall: Int, short: Int)], team: ThreadTeam) throws(MemoryError) {
        self.team = team
        let elements = sizes.map { $0.tall * $0.short }.max() ?? 0, short = sizes.map(\.short).max() ?? 0
        x = try AlignedBuffer(count: elements)
        next = try AlignedBuffer(count: elements)
        gram = try AlignedBuffer(count: short * short)
        square = try AlignedBuffer(count: short * short)
        panels = try AlignedBuffer(count: (short + 63) / 64 * 64 * short)
        scratch = try AlignedBuffer.several(team.count, count: attn_weight_gradient_scratch())
    }

    func input(rows: Int, columns: Int) -> Input {
        Input(
            x: x.pointer, tall: max(rows, columns), short: min(rows, columns), columns: rows >= columns ? 0 : columns)
    }

    func run(_ input: Input) {
        let (tall, short) = (input.tall, input.short)
        let norm = attn_sum_of_squares(input.x, tall * short).squareRoot()
        let inverse = Float(1 / (norm + 1e-7))
        for i in 0..<tall * short { input.x[i] *= inverse }
        team.run { member in
            for _ in 0..<5 { iterate(input.x, tall, short, member) }
        }
    }

    private func iterate(_ x: UnsafeMutablePointer<Float>, _ tall: Int, _ short: Int, _ member: TeamMember) {
        product(x, tall, short, into: gram, member)
        member.barrier()
        product(gram.pointer, short, short, into: square, member)
        member.barrier()
        for i in member.share(of: short * short) {
            let diagonal: Float = i / short == i % short ? 3.4445 : 0
            gram.pointer[i] = diagonal - 4.7750 * gram.pointer[i] + 2.0315 * square.pointer[i]
        }
        member.barrier()
        // The polynomial is symmetric, so the panels of its transpose are its own.
        let all = (short + 63) / 64, share = member.share(of: all)
        attn_pack_transposed(
            ATTN_F32, gram.pointer, short, short, 0, short, panels.pointer, share.lowerBound, share.upperBound)
        member.barrier()
        let rows = member.share(of: tall)
        var call = attn_matmul_call(
            format: ATTN_F32, x: x, x_stride: short, panels: panels.pointer, quantised: false, k: short, outputs: short,
            epilogue: ATTN_STORE, bias: nil, bias_up: nil, out: next.pointer, out_stride: short, addend: nil,
            gate: ATTN_SILU, kept: nil, added: nil, is_added: nil)
        attn_matmul(&call, 0, all, rows.lowerBound, rows.upperBound)
        (x + rows.lowerBound * short).update(from: next.pointer + rows.lowerBound * short, count: rows.count * short)
        member.barrier()
    }

    /// result = y^T y, y [rows, columns]; members share its rows.
    private func product(
        _ y: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, into result: AlignedBuffer<Float>,
        _ member: TeamMember
    ) {
        let share = member.share(of: columns)
        (result.pointer + share.lowerBound * columns).update(repeating: 0, count: share.count * columns)
        var call = attn_weight_gradient_call(
            format: ATTN_F32, dy: y, dy_stride: columns, x: y, x_stride: columns, rows: rows, k: columns,
            gradient: result.pointer)
        attn_weight_gradient(&call, share.lowerBound, share.upperBound, scratch[member.index].pointer)
    }
}
