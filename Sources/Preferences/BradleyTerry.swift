internal import Basics
internal import Foundation

/// A linear reward as comparisons make it most likely.
///
/// Of two responses the first is preferred with probability sigma(theta^T d), d = phi(first) - phi(second), as Bradley and
/// Terry have it with a reward theta^T phi. The fit minimises
///
///     F(theta) = sum over pairs of log(1 + exp(-theta^T d)) + lambda / 2 |theta|^2,      d = phi(chosen) - phi(other)
///
/// which is strictly convex: there is one minimum, whatever the pairs, contradictory ones included. Newton's method, whose
/// steps come from conjugate gradients over products with the Hessian `D^T W D + lambda I`, W = sigma (1 - sigma), and are
/// halved until F falls enough (Armijo). As in `informativePairs`, differences are divided by the root of their mean
/// square, and theta is returned for features as they are.
///
/// Source: maximum likelihood of arXiv:2305.18505; the ridge, which that bounds the norm of theta in place of, is ours.
public struct BradleyTerryFit: Sendable, Equatable {
    /// For features as they were given. Shape [width].
    public let weights: [Double]
    /// F at the end, in the scaled differences, over the number of pairs.
    public let loss: Double
    /// |gradient of F| at the end.
    public let gradientNorm: Double
    public let iterations: Int

    private static let mostIterations = 100

    /// - Parameters:
    ///   - differences: d of each pair: finite, of one width, at least one.
    ///   - ridge: lambda, above 0.
    /// - Throws: `CancellationError`: between two steps the task's cancellation is looked for.
    public init(_ differences: [[Float]], ridge: Double) throws {
        precondition(ridge > 0 && !differences.isEmpty, "\(differences.count) pairs, and a ridge of \(ridge)")
        let scale = inverseSpread(differences) ?? 1
        let problem = Problem(rows: differences.map { $0.map { Double($0) * scale } }, ridge: ridge)
        var theta = [Double](repeating: 0, count: differences[0].count), count = 0
        var state = problem.state(at: theta)
        let enough = 1e-10 * Double(differences.count)
        while state.gradientNorm > enough, count < Self.mostIterations {
            count += 1
            let step = try problem.newtonStep(state)
            let slope = dot(step, state.gradient)
            var length = 1.0, next = problem.state(at: theta.moved(by: step, length))
            while next.value > state.value + 1e-4 * length * slope, length > 1e-10 {
                length /= 2
                next = problem.state(at: theta.moved(by: step, length))
            }
            // Nothing below a rounding's worth is left to gain.
            guard next.value < state.value || next.gradientNorm < state.gradientNorm else { break }
            theta = theta.moved(by: step, length)
            state = next
        }
        weights = theta.map { $0 * scale }
        loss = state.value / Double(differences.count)
        gradientNorm = state.gradientNorm
        iterations = count
    }
}

/// F, its gradient and its curvature.
private struct Problem {
    let rows: [[Double]]
    let ridge: Double

    struct State {
        let value: Double
        let gradient: [Double]
        /// sigma (1 - sigma) of each pair.
        let curvature: [Double]
        var gradientNorm: Double { dot(gradient, gradient).squareRoot() }
    }

    func state(at theta: [Double]) -> State {
        var value = ridge / 2 * dot(theta, theta), gradient = theta.map { ridge * $0 }
        var curvature: [Double] = []
        for row in rows {
            let margin = dot(theta, row)
            value -= logSigmoid(margin)
            // sigma(-m), of which no exponential overflows.
            let small = exp(-abs(margin))
            let share = margin >= 0 ? small / (1 + small) : 1 / (1 + small)
            for column in row.indices { gradient[column] -= share * row[column] }
            curvature.append(share * (1 - share))
        }
        return State(value: value, gradient: gradient, curvature: curvature)
    }

    private func hessian(_ state: State, times vector: [Double]) -> [Double] {
        var product = vector.map { ridge * $0 }
        for (row, weight) in zip(rows, state.curvature) {
            let share = weight * dot(row, vector)
            for column in row.indices { product[column] += share * row[column] }
        }
        return product
    }

    /// The solution of H s = -g by conjugate gradients; as exact as rounding allows, or after one product for each pair and
    /// one more, which is as many as there are different eigenvalues.
    func newtonStep(_ state: State) throws -> [Double] {
        var step = [Double](repeating: 0, count: state.gradient.count)
        var residual = state.gradient.map { -$0 }, direction = residual
        var square = dot(residual, residual)
        let enough = square * 1e-24
        for _ in 0..<min(rows.count + 1, 2 * step.count) + 8 {
            guard square > enough, square > 0 else { break }
            try Task.checkCancellation()
            let product = hessian(state, times: direction)
            let length = square / dot(direction, product)
            for column in step.indices {
                step[column] += length * direction[column]
                residual[column] -= length * product[column]
            }
            let next = dot(residual, residual)
            for column in step.indices { direction[column] = residual[column] + next / square * direction[column] }
            square = next
        }
        return step
    }
}

extension [Double] {
    fileprivate func moved(by step: [Double], _ length: Double) -> [Double] {
        indices.map { self[$0] + length * step[$0] }
    }
}
