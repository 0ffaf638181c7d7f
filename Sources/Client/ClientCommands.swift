package import ArgumentParser

/// The commands that talk to a server.
package enum ClientCommands {
    /// Commands for the server's policies; `attnrl policy` lists them with those that work on folders.
    package static var policies: [any ParsableCommand.Type] {
        [PolicyList.self, PolicyLoad.self, PolicySwitch.self, PolicyRemove.self]
    }

    /// Commands for texts and what can be seen in them.
    package static var texts: [any ParsableCommand.Type] {
        [
            Generate.self, Chat.self, TraceCommand.self, Branches.self, Explore.self, TreeCommand.self, Ablate.self,
            Tokenize.self,
        ]
    }

    /// Commands to train, and to measure the result.
    package static var training: [any ParsableCommand.Type] {
        [JobCommand.self, PrefsCommand.self, Methods.self, Eval.self, ReadinessCommand.self]
    }
}
