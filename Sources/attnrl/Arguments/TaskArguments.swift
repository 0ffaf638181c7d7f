public import ArgumentParser
public import Tasks

extension TaskMixture {
    /// Reads a mixture from a command line; what is wrong with it is wrong usage.
    init(argument: String) throws {
        do {
            try self.init(argument)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

extension DataSplit: ExpressibleByArgument {}
extension RecordNeed: ExpressibleByArgument {}

/// Checks of numbers that several commands take.
enum ArgumentCheck {
    static func require(_ name: String, _ value: Int, in bounds: ClosedRange<Int>) throws {
        guard bounds.contains(value) else {
            throw ValidationError("\(name) is \(value). Give \(bounds.lowerBound) to \(bounds.upperBound).")
        }
    }
}
