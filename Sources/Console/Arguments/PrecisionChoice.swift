import ArgumentParser

/// The precision of weights and matrix products, by name. Commands that load a model turn the name into a precision; a
/// server is sent the name.
package enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, float32, bfloat16
}
