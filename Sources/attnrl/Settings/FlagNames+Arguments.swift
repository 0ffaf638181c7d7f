import Client

extension FlagNames {
    /// The flags of the running command.
    static let ofThisProgram = FlagNames(of: (try? ProgramInput.arguments()) ?? [])

    /// The flags of the command named by a command line.
    init(of arguments: [String]) {
        // A job's fields are those of its specification, which has no flags.
        let flags = arguments.first == "job" ? nil : (try? CommandCatalogue.current())?.command(of: arguments).flags
        self.init(flags: Set((flags ?? []).map(\.name)))
    }
}
