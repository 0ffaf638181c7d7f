public import Trees

extension TreeRecord {
    public init(_ tree: RolloutTree, texts: TreeTexts, policy: String, step: Int? = nil) {
        let cut = tree.rollouts.indices.map { texts.text(of: $0, in: tree) }
        let segments = tree.segments
        let rewards = tree.rollouts.compactMap(\.reward)
        let values = !rewards.isEmpty && rewards.count == tree.rollouts.count ? segments.values(rewards) : nil
        self.init(
            policy: policy, step: step, promptIDs: tree.prompt, promptText: texts.promptText,
            rollouts: tree.rollouts.enumerated().map { index, rollout in
                Rollout(index: index, fork: rollout.fork, rollout, text: cut[index].whole)
            },
            nodes: segments.nodes.enumerated().map { index, node in
                let text = node.rollout.map { rollout in
                    let start = tree.start(of: rollout)
                    return cut[rollout].text(of: node.tokens.lowerBound - start..<node.tokens.upperBound - start)
                }
                return Node(
                    parent: node.parent, rollout: node.rollout, tokens: node.tokens, leaves: node.leafCount,
                    value: values?[index], text: text ?? "")
            })
    }
}
