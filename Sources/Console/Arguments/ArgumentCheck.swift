import ArgumentParser

/// Checks of numbers that several commands take.
package enum ArgumentCheck {
    package static func require(_ name: String, _ value: Int, in bounds: ClosedRange<Int>) throws {
        guard bounds.contains(value) else {
            throw ValidationError("\(name) is \(value). Give \(bounds.lowerBound) to \(bounds.upperBound).")
        }
    }
}
