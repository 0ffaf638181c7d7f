public import Compute

/// What moves parameters along their gradients.
public protocol Optimizer: AnyObject {
    /// Steps done.
    var stepCount: Int { get set }

    /// Moves the parameters once.
    ///
    /// - Parameters:
    ///   - learningRate: Step size of this step.
    ///   - gradientScale: What gradients are multiplied with first: 1, or less to clip their norm.
    func step(learningRate: Double, gradientScale: Double)

    /// Everything beside `stepCount` that the next step depends on, by name: `adamw.first.model.norm.weight`.
    var state: [(name: String, values: AlignedBuffer<Float>)] { get }
}
