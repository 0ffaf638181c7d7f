import Trees

/// The places of a rollout tree at which rollouts begin: its prompt and its branch points.
struct Places {
    struct Place {
        /// The rollouts that begin here.
        var rollouts: [Int] = []
        /// Their mean reward.
        var value = 0.0
    }

    private let tree: RolloutTree
    let prompt: Place
    private let places: [RolloutTree.Fork: Place]

    /// - Parameter rewards: One per rollout.
    init(_ tree: RolloutTree, rewards: [Double]) {
        self.tree = tree
        let all = Dictionary(grouping: tree.rollouts.indices) { tree.rollouts[$0].fork }.mapValues { rollouts in
            Place(
                rollouts: rollouts, value: rollouts.reduce(0) { $0 + rewards[$1] } / Double(max(rollouts.count, 1)))
        }
        prompt = all[nil] ?? Place()
        places = Dictionary(uniqueKeysWithValues: all.compactMap { fork, place in fork.map { ($0, place) } })
    }

    /// Where a rollout begins.
    func start(of rollout: Int) -> Place { tree.rollouts[rollout].fork.flatMap { places[$0] } ?? prompt }

    /// The place at an offset of a rollout's response, inside its own tokens; nil if nothing begins there.
    func place(in rollout: Int, at offset: Int) -> Place? { places[.init(rollout: rollout, offset: offset)] }

    /// The last place before the one where a rollout begins, on the response that it continues; nil for one that begins at
    /// the prompt.
    func previous(of rollout: Int) -> Place? {
        guard let fork = tree.rollouts[rollout].fork else { return nil }
        let before = places.keys.filter { $0.rollout == fork.rollout && $0.offset < fork.offset }
        return before.max { $0.offset < $1.offset }.flatMap { places[$0] } ?? start(of: fork.rollout)
    }
}
