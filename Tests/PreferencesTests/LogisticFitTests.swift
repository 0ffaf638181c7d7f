import Foundation
import Preferences
import Testing

@Suite("Soft logistic regression")
struct LogisticFitTests {
    /// Of margins: the search ends at a gradient of 1e-7 a row, and a row's curvature is above 0.01.
    private static let tolerance = 1e-5

    private static func sigma(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    private static func random(_ rows: Int, _ width: Int) -> [[Float]] {
        (0..<rows).map { row in (0..<width).map { Float(sin(Double(row * width + $0) * 12.9898)) } }
    }

    @Test("By hand: two kinds of rows, whose shares it comes to where the ridge says nothing")
    func byHand() throws {
        let fit = try LogisticFit([[-1], [3]], labels: [0.25, 0.9], counts: [4, 10], ridge: 1e-9)
        #expect(abs(Self.sigma(fit.margin([-1])) - 0.25) < Self.tolerance)
        #expect(abs(Self.sigma(fit.margin([3])) - 0.9) < Self.tolerance)
        #expect(abs(fit.mean - 10.0 / 14) < 1e-12)
        // States that are all alike leave the constant.
        let constant = try LogisticFit([[2, 5], [2, 5]], labels: [1, 0.5], counts: [1, 1], ridge: 1e-9)
        #expect(constant.weights == [0, 0] && abs(Self.sigma(constant.intercept) - 0.75) < Self.tolerance)
    }

    @Test("A soft label that counts several times is as many hard ones")
    func soft() throws {
        let features = Self.random(6, 3), labels = [0.75, 0.25, 0.5, 1, 0, 0.25]
        let soft = try LogisticFit(features, labels: labels, counts: labels.map { _ in 4 }, ridge: 0.3)
        let hits = labels.map { Int($0 * 4) }
        let hard = try LogisticFit(
            features.flatMap { Array(repeating: $0, count: 4) },
            labels: hits.flatMap { hit in (0..<4).map { $0 < hit ? 1 : 0 } },
            counts: [Double](repeating: 1, count: 24), ridge: 0.3)
        for feature in features { #expect(abs(soft.margin(feature) - hard.margin(feature)) < Self.tolerance) }
    }

    @Test(
        "Its slope is 0 by central differences of the definition, whatever all features have in common and their size")
    func stationary() throws {
        let width = 5, ridge = 0.7, features = Self.random(40, width)
        let labels = features.map { Self.sigma(3 * Double($0[0] - $0[3])) }
        let counts = features.indices.map { Double(1 + $0 % 3) }, total = counts.reduce(0, +)
        let moved = features.map { $0.map { 64 * $0 + 256 } }
        let fit = try LogisticFit(moved, labels: labels, counts: counts, ridge: ridge)
        let center = (0..<width).map { column in
            zip(moved, counts).reduce(0) { $0 + $1.1 * Double($1.0[column]) } / total
        }
        let centered = moved.map { row in (0..<width).map { Double(row[$0]) - center[$0] } }
        let square = zip(centered, counts).reduce(0) { $0 + $1.1 * $1.0.reduce(0) { $0 + $1 * $1 } } / total
        let rows = centered.map { $0.map { $0 / square.squareRoot() } + [1] }
        func loss(_ theta: [Double]) -> Double {
            var loss = ridge / 2 * theta.reduce(0) { $0 + $1 * $1 }
            for (row, (label, count)) in zip(rows, zip(labels, counts)) {
                let p = Self.sigma(zip(theta, row).reduce(0) { $0 + $1.0 * $1.1 })
                loss -= count * (label * log(p) + (1 - label) * log(1 - p))
            }
            return loss
        }
        let constant = zip(fit.weights, center).reduce(fit.intercept) { $0 + $1.0 * $1.1 }
        let theta = fit.weights.map { $0 * square.squareRoot() } + [constant]
        for column in theta.indices {
            var (up, down) = (theta, theta)
            up[column] += 1e-4
            down[column] -= 1e-4
            // Of 80 observations, whose loss of some 40 is known to 1e-14 of it.
            #expect(abs(loss(up) - loss(down)) / 2e-4 < 2e-5)
            #expect(loss(up) > loss(theta) && loss(down) > loss(theta))
        }
        #expect(fit.weights[0] > 0 && fit.weights[3] < 0)
    }

    @Test("Rows that contradict each other, and fewer rows than features, are no trouble")
    func odd() throws {
        let both = try LogisticFit([[1, 2], [1, 2], [0, 0]], labels: [1, 0, 0.5], counts: [1, 1, 1], ridge: 1)
        #expect(abs(both.margin([1, 2])) < Self.tolerance)
        let wide = try LogisticFit(Self.random(2, 30), labels: [1, 0], counts: [1, 1], ridge: 1)
        #expect(wide.isFinite)
    }
}
