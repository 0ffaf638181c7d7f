import Compute

@testable import Policy

extension Parameter {
    /// The slope of a loss along a gradient, by a central difference, and the gradient's norm, which it should be.
    ///
    /// The step moves the loss by a thousandth, so that its curvature shows as little. Afterwards the values are as before.
    func slope(along gradient: [Float], of loss: () throws -> Double) throws -> (slope: Double, norm: Double) {
        let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let values = Array(values.buffer), step = 1e-3 / norm
        func moved(_ direction: Double) throws -> Double {
            for i in values.indices {
                self.values.pointer[i] = values[i] + Float(direction * step * Double(gradient[i]) / norm)
            }
            return try loss()
        }
        let slope = (try moved(1) - moved(-1)) / (2 * step)
        _ = self.values.buffer.update(from: values)
        return (slope, norm)
    }
}
