/// Hidden states of a response, as means over the tokens of its steps and over all of its tokens.
public struct PooledStates: Sendable, Equatable {
    /// Which layer's, see `StateBuffer`.
    public var layer: Int
    /// C.
    public var width: Int
    /// The mean of each step behind the prompt, in order; empty if there were too many steps. Shape [K - 1, C].
    public var steps: [Float] = []
    /// The mean of the response; empty if it has no tokens. Shape [C].
    public var response: [Float] = []
    /// Whether there were too many steps for their means, which are then left out.
    public var stepsDropped = false

    public init(layer: Int, width: Int) {
        self.layer = layer
        self.width = width
    }

    /// The number of steps that have a mean.
    public var stepCount: Int { steps.count / width }

    /// The mean of step `index`, which is at least 1.
    public func step(_ index: Int) -> ArraySlice<Float> { steps[(index - 1) * width..<index * width] }
}
