import Jobs
import Policy
import Ranks
import Rollouts

/// Makes sure that all ranks draw and learn the same.
extension Ranks {
    /// Before a job: what decides where responses end, and how they are computed.
    func agree(on policy: PolicyInfo) throws(RankError) {
        guard count > 1 else { return }
        try agree(
            on: [UInt8]("\(policy.precision) \(policy.weightFormat)".utf8), "comparing policies",
            otherwise: "computes in another precision, or keeps weights otherwise: start all with the same "
                + "--precision and --weights")
        try agree(
            on: [UInt8]("\(policy.endOfSequence.ids.sorted())".utf8), "comparing policies",
            otherwise: "ends responses at other tokens than \(name(of: 0)), by another generation_config.json or "
                + "tokenizer")
        try agree(
            on: [UInt8]("\(policy.maxSequenceTokens)".utf8), "comparing room for keys and values",
            otherwise: "has room for sequences of another length than \(name(of: 0)), which would cut responses "
                + "elsewhere: start all with the same --kv-cache")
    }

    /// In every pass: the tokens, which differ where data, tokenizers, chat templates or dates do.
    func agree(on trees: [TrainingTree]) throws(RankError) {
        guard count > 1 else { return }
        var sum = Checksum()
        for tree in trees {
            for node in tree.tree.nodes {
                sum.append(withUnsafeBytes(of: node.tokens.count, Array.init))
                sum.append(node.tokens.withUnsafeBytes(Array.init))
            }
            sum.append(tree.learnt.map { $0 == nil ? 0 : 1 })
        }
        try agree(
            on: [UInt8]("\(sum.value)".utf8), "comparing what is learnt",
            otherwise: "learns other tokens, by other data, another tokenizer or chat template, or another date")
    }
}
