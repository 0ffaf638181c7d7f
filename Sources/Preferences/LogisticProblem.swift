internal import Basics
internal import Foundation

/// Soft logistic regression through the origin, with a ridge. For rows x of labels y in [0, 1] that count c times,
///
///     F(theta) = sum over rows of c (- y log sigma(theta^T x) - (1 - y) log sigma(- theta^T x)) + lambda / 2 |theta|^2
///
/// which is strictly convex: there is one minimum, whatever the rows, contradictory ones included. Newton's method, whose
/// steps come from conjugate gradients over products with the Hessian `X^T W X + lambda I`, W = c sigma (1 - sigma), and are
/// halved until F falls enough (Armijo).
struct LogisticProblem {
    /// Where the search for a minimum ends.
    struct Precision {
        /// |gradient of F|, for each row.
        let gradient: Double
        /// |residual| of a Newton step's equations over that at 0.
        let step: Double

        /// As far as rounding allows.
        static let full = Precision(gradient: 1e-10, step: 1e-12)
        /// For a fit that is made again and again, and whose rows are noisier by far.
        static let enough = Precision(gradient: 1e-7, step: 1e-2)
    }

    struct Minimum {
        let theta: [Double]
        /// F.
        let value: Double
        let gradientNorm: Double
        let iterations: Int
    }

    private struct State {
        let value: Double
        let gradient: [Double]
        /// c sigma (1 - sigma) of each row.
        let curvature: [Double]
        var gradientNorm: Double { dot(gradient, gradient).squareRoot() }
    }

    /// Of one width; at least one.
    let rows: [[Double]]
    /// y; nil where all are 1.
    var labels: [Double]?
    /// c; nil where each counts once.
    var counts: [Double]?
    /// lambda, above 0.
    let ridge: Double

    private static let mostIterations = 100

    /// - Throws: `CancellationError`: between two products the task's cancellation is looked for.
    func minimum(_ precision: Precision) throws -> Minimum {
        var theta = [Double](repeating: 0, count: rows[0].count), count = 0
        var state = state(at: theta)
        let enough = precision.gradient * Double(rows.count)
        while state.gradientNorm > enough, count < Self.mostIterations {
            count += 1
            let step = try newtonStep(state, precision.step)
            let slope = dot(step, state.gradient)
            var length = 1.0, next = self.state(at: theta.moved(by: step, length))
            while next.value > state.value + 1e-4 * length * slope, length > 1e-10 {
                length /= 2
                next = self.state(at: theta.moved(by: step, length))
            }
            // Nothing below a rounding's worth is left to gain.
            guard next.value < state.value || next.gradientNorm < state.gradientNorm else { break }
            theta = theta.moved(by: step, length)
            state = next
        }
        return Minimum(theta: theta, value: state.value, gradientNorm: state.gradientNorm, iterations: count)
    }

    private func state(at theta: [Double]) -> State {
        var value = ridge / 2 * dot(theta, theta), gradient = theta.map { ridge * $0 }
        var curvature: [Double] = []
        curvature.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() {
            let margin = dot(theta, row), label = labels?[index] ?? 1, times = counts?[index] ?? 1
            value -= times * logSigmoid(margin)
            if label < 1 { value += times * (1 - label) * margin }
            let below = sigmoid(-margin), above = sigmoid(margin)
            let slope = times * (label * below - (1 - label) * above)
            for column in row.indices { gradient[column] -= slope * row[column] }
            curvature.append(times * below * above)
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

    /// The solution of H s = -g by conjugate gradients; as exact as asked, or after one product for each row and one more,
    /// which is as many as there are different eigenvalues.
    private func newtonStep(_ state: State, _ precision: Double) throws -> [Double] {
        var step = [Double](repeating: 0, count: state.gradient.count)
        var residual = state.gradient.map { -$0 }, direction = residual
        var square = dot(residual, residual)
        let enough = square * precision * precision
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
