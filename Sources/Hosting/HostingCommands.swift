package import ArgumentParser

/// What serves models, as commands.
package enum HostingCommands {
    package static var all: [any ParsableCommand.Type] { [Serve.self] }
}
