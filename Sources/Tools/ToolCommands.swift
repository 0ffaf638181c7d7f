package import ArgumentParser

/// The commands that work on this machine without a server.
package enum ToolCommands {
    /// Commands for model folders; `attnrl policy` lists them with those that talk to a server.
    package static var policies: [any ParsableCommand.Type] { [PolicyInit.self, PolicyExport.self, PolicyImport.self] }

    /// Commands for training data.
    package static var data: [any ParsableCommand.Type] { [DataCommand.self, Verify.self] }

    package static var measuring: [any ParsableCommand.Type] { [Bench.self] }
}
