import Client

extension FlagNames {
    /// Those of the command that runs.
    static let ofThisProgram = FlagNames(of: (try? ProgramInput.arguments()) ?? [])

    /// Those of the command that a command line names.
    init(of arguments: [String]) {
        // A job's fields are those of its specification, which has no flags.
        let flags = arguments.first == "job" ? nil : (try? CommandCatalogue.current())?.command(of: arguments).flags
        self.init(flags: Set((flags ?? []).map(\.name)))
    }
}
