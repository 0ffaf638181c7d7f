import JSONCoding
import Wire

/// Everything an Explore call returned: the tree, assembled from its rollouts and nodes.
struct ExploreRecord {
    private(set) var started: V1.ExploreStarted?
    private(set) var tree = V1.Tree()
    private(set) var notes: [String] = []
    private(set) var finished: V1.ExploreFinished?

    mutating func add(_ event: V1.ExploreResponse.Event) {
        switch event {
        case .started(let started):
            self.started = started
            tree.policy = started.policy
            tree.promptIds = started.promptIds
            tree.promptText = started.promptText
        case .rollout(let rollout): tree.rollouts.append(rollout)
        case .note(let note): notes.append(note.text)
        case .nodes(let nodes): tree.nodes += nodes.nodes
        case .finished(let finished):
            self.finished = finished
            tree.rollouts.sort { $0.index < $1.index }
        }
    }

    /// The number of tokens sampled by the rollouts so far.
    var drawnTokens: Int { tree.rollouts.reduce(0) { $0 + $1.ids.count } }

    /// The tree's fields, followed by how it was grown.
    var json: JSONValue {
        tree.json.appending(
            .fields([
                "version": started.map { .whole($0.version) }, "sampling": started?.sampling?.json,
                "notes": .array(notes.map { .string($0) }),
            ])
        ).appending(finished?.json)
    }
}
