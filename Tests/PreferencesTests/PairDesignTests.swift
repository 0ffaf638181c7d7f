import Foundation
import Preferences
import Testing

@Suite("Informative pairs")
struct PairDesignTests {
    private static func random(_ rows: Int, _ width: Int, seed: UInt64) -> [[Float]] {
        var state = seed
        return (0..<rows).map { _ in
            (0..<width).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(state >> 40) / Float(1 << 23) - 1
            }
        }
    }

    /// Gains and log det S by Gauss elimination of the whole matrix.
    private static func eliminate(
        _ matrix: [[Double]], _ vector: [Double]
    ) -> (solution: [Double], logDeterminant: Double) {
        var rows = zip(matrix, vector).map { $0 + [$1] }, sum = 0.0
        let count = rows.count
        for pivot in 0..<count {
            let best = (pivot..<count).max { abs(rows[$0][pivot]) < abs(rows[$1][pivot]) }!
            rows.swapAt(pivot, best)
            sum += log(abs(rows[pivot][pivot]))
            for row in pivot + 1..<count {
                let share = rows[row][pivot] / rows[pivot][pivot]
                for column in pivot...count { rows[row][column] -= share * rows[pivot][column] }
            }
        }
        var solution = [Double](repeating: 0, count: count)
        for row in (0..<count).reversed() {
            let rest = (row + 1..<count).reduce(0) { $0 + rows[row][$1] * solution[$1] }
            solution[row] = (rows[row][count] - rest) / rows[row][row]
        }
        return (solution, sum)
    }

    @Test("By hand: two pairs along one axis, and one across")
    func byHand() {
        // The mean square is (4 + 1 + 1) / 3 = 2: scaled gains with lambda 1 are 2, 0.5, 0.5. After the first, S = diag(3, 1):
        // the second, along it, has 0.5 / 3, and the third still 0.5.
        let chosen = informativePairs([[2, 0], [1, 0], [0, 1]], count: 3, ridge: 1)
        #expect(chosen.map(\.index) == [0, 2, 1])
        for (choice, gain) in zip(chosen, [2, 0.5, 0.5 / 3]) { #expect(abs(choice.gain - gain) < 1e-12) }
        #expect(abs(chosen[2].logDeterminant - (log(3) + log(1.5) + log(1 + 0.5 / 3))) < 1e-12)
        #expect(informativePairs([[0, 0], [1, 1], [0, 0]], count: 3, ridge: 1).map(\.index) == [1])
        #expect(informativePairs([], count: 3, ridge: 1).isEmpty)
        #expect(informativePairs([[0, 0]], count: 3, ridge: 1).isEmpty)
    }

    @Test(
        "Gains and log det S are those of the whole matrix, and each pair is the best that is left",
        arguments: [0.01, 1, 30])
    func reference(ridge: Double) {
        let width = 7, rows = Self.random(24, width, seed: 3)
        let square = rows.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) * Double($1) } } / Double(rows.count)
        let scaled = rows.map { $0.map { Double($0) / square.squareRoot() } }
        var matrix = (0..<width).map { row in (0..<width).map { $0 == row ? ridge : 0 } }
        var left = Set(rows.indices)
        let chosen = informativePairs(rows, count: 15, ridge: ridge)
        #expect(chosen.count == 15)
        for choice in chosen {
            func gain(_ index: Int) -> Double {
                zip(Self.eliminate(matrix, scaled[index]).solution, scaled[index]).reduce(0) { $0 + $1.0 * $1.1 }
            }
            #expect(abs(choice.gain - gain(choice.index)) < 1e-9 * max(1, choice.gain))
            #expect(left.allSatisfy { gain($0) <= choice.gain * (1 + 1e-9) })
            left.remove(choice.index)
            for row in 0..<width {
                for column in 0..<width {
                    matrix[row][column] += scaled[choice.index][row] * scaled[choice.index][column]
                }
            }
            let determinant = Self.eliminate(matrix, scaled[0]).logDeterminant - Double(width) * log(ridge)
            #expect(abs(choice.logDeterminant - determinant) < 1e-9 * max(1, determinant))
        }
        let again = logDeterminants(rows, order: chosen.map(\.index), ridge: ridge)
        #expect(zip(again, chosen).allSatisfy { abs($0 - $1.logDeterminant) < 1e-9 })
        #expect(logDeterminants(rows, order: Array(0..<15), ridge: ridge)[14] <= chosen[14].logDeterminant)
    }
}

@Suite("Bradley-Terry")
struct BradleyTerryTests {
    @Test("By hand: of four comparisons along one axis three went one way")
    func byHand() throws {
        // F'(theta) = -3 sigma(-theta) + sigma(theta) + lambda theta, since the mean square is 1.
        for ridge in [1e-6, 0.5, 3] {
            let fit = try BradleyTerryFit([[1], [1], [-1], [1]], ridge: ridge)
            let theta = fit.weights[0], sigma = 1 / (1 + exp(-theta))
            #expect(abs(-3 * (1 - sigma) + sigma + ridge * theta) < 1e-9)
        }
        // Without a ridge to speak of, sigma(theta) is 3 / 4.
        #expect(abs(try BradleyTerryFit([[1], [1], [-1], [1]], ridge: 1e-9).weights[0] - log(3)) < 1e-8)
    }

    @Test("The gradient is 0 at the end, and the weights are for features as they are")
    func stationary() throws {
        var state: UInt64 = 5
        func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 23) - 1
        }
        let truth: [Float] = [3, -2, 0.5, 0, 1, -1]
        let pairs = (0..<60).map { _ -> [Float] in
            let difference = truth.map { _ in 40 * next() }
            let margin = zip(difference, truth).reduce(0) { $0 + $1.0 * $1.1 }
            // One in eight goes the other way.
            return (margin > 0) == (next() > -0.75) ? difference : difference.map { -$0 }
        }
        let ridge = 0.3, fit = try BradleyTerryFit(pairs, ridge: ridge)
        let square = pairs.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) * Double($1) } } / Double(pairs.count)
        // Of F in theta' = theta root(square), as differences are divided by that root.
        var gradient = fit.weights.map { ridge * $0 * square.squareRoot() }
        for pair in pairs {
            let margin = zip(fit.weights, pair).reduce(0) { $0 + $1.0 * Double($1.1) }
            for column in pair.indices {
                gradient[column] -= Double(pair[column]) / square.squareRoot() / (1 + exp(margin))
            }
        }
        #expect(gradient.allSatisfy { abs($0) < 1e-7 })
        #expect(fit.gradientNorm < 1e-7 && fit.iterations < 30)
        let cosine =
            zip(fit.weights, truth).reduce(0) { $0 + $1.0 * Double($1.1) }
            / (fit.weights.reduce(0) { $0 + $1 * $1 } * truth.reduce(0) { $0 + Double($1 * $1) }).squareRoot()
        #expect(cosine > 0.8)
    }

    @Test("More features than pairs, pairs that contradict each other, and pairs of equal responses are no trouble")
    func odd() throws {
        let wide = try BradleyTerryFit([[1, 2, 3, 4, 5], [0, 1, 0, 1, 0]], ridge: 1)
        #expect(wide.gradientNorm < 1e-9 && wide.weights.allSatisfy(\.isFinite))
        let both = try BradleyTerryFit([[1, 2], [-1, -2]], ridge: 1)
        #expect(both.weights.allSatisfy { abs($0) < 1e-9 })
        #expect(abs(both.loss - log(2)) < 1e-9)
        #expect(try BradleyTerryFit([[0, 0]], ridge: 1).weights == [0, 0])
    }

    @Test("Rewards are 0 in the mean and 1 in the deviation over what they were fitted to")
    func normalised() {
        let states: [[Float]] = [[1, 0], [3, 1], [5, 2]]
        let reward = LinearReward(policy: "p", source: "/s", layer: 2, weights: [1, 2], states: states)
        // theta^T phi is 1, 5, 9.
        #expect(reward.offset == 5 && abs(reward.spread - (32.0 / 3).squareRoot()) < 1e-12)
        #expect(reward.reward(states[1]) == 0)
        #expect(LinearReward(policy: "p", source: "/s", layer: 0, weights: [0, 0], states: states).spread == 1)
        #expect(LinearReward.accuracy([1, -1, 0, 2]) == 0.625 && LinearReward.accuracy([]) == nil)
    }
}
