package import ArgumentParser

/// The commands that work on this machine without a server.
package enum ToolCommands {
    /// On model folders; `attnrl policy` has them beside those that ask a server.
    package static var policies: [any ParsableCommand.Type] { [PolicyInit.self, PolicyExport.self] }

    /// On data to train with.
    package static var data: [any ParsableCommand.Type] { [DataCommand.self, Verify.self] }

    package static var measuring: [any ParsableCommand.Type] { [Bench.self] }
}
