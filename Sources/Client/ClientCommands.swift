package import ArgumentParser

/// The commands that ask a server.
package enum ClientCommands {
    /// About its policies; `attnrl policy` has them beside those that work on folders.
    package static var policies: [any ParsableCommand.Type] {
        [PolicyList.self, PolicyLoad.self, PolicySwitch.self, PolicyRemove.self]
    }

    /// For texts, and what is to be seen in them.
    package static var texts: [any ParsableCommand.Type] {
        [
            Generate.self, Chat.self, TraceCommand.self, Branches.self, Explore.self, TreeCommand.self, Ablate.self,
            Tokenize.self,
        ]
    }

    /// To train, and to measure what came of it.
    package static var training: [any ParsableCommand.Type] { [JobCommand.self, Eval.self] }
}
