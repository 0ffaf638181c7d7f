import ArgumentParser
import Compute

/// What weights and matrix products are to be in.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, float32, bfloat16

    /// Nil leaves the choice to processor and stored format.
    var precision: Precision? { Precision(rawValue: rawValue) }
}
