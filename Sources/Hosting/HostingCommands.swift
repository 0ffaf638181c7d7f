package import ArgumentParser

/// The commands that serve models.
package enum HostingCommands {
    package static var all: [any ParsableCommand.Type] { [Serve.self, KeysCommand.self] }
}
