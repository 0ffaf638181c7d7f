public import ArgumentParser
public import Tasks

extension TaskMixture {
    /// Reads a mixture from a command line; problems with it are usage errors.
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
