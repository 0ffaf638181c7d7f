import ArgumentParser

/// What weights and matrix products are to be in, as a word: who loads a model here knows the precision of that name, and
/// a server is sent the word.
package enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, float32, bfloat16
}
