import Influence
import Sampling
public import Trees

/// Grows a rollout tree: draws responses to a prompt, chooses branch points among their steps, draws continuations from
/// these, and so on for the requested number of levels.
///
/// The responses from the prompt are one request to the engine, and so are the continuations from one branch point:
/// their common part is computed once. Attention is captured if a response's branch points are chosen by it. A
/// continuation is branched only inside the tokens it drew itself; what it keeps counts as prompt there.
///
/// **Budget.** Requests are made in rounds. A round takes branch points in order, by rollout and offset, as long as the
/// budget would hold even if every response reached its maximum length; whatever its responses leave is available to
/// the next round. If not even the next point fits, the remainder is shared out among that point's continuations, and
/// those that need more are cut. A point whose continuations would get less than a token each is not begun, nor is any
/// after it.
///
/// **Determinism.** Rounds depend only on earlier rounds, rollouts are numbered in the order of points, and a point's
/// continuations draw from a seed made of (seed, rollout, offset). So a tree is a function of policy, settings and
/// seed, in whatever order responses end.
///
/// Source: arXiv:2509.26628, attention-based tree branching, one level deep there.
public struct TreeExplorer: Sendable {
    /// The name of a response's verdict, and its reward.
    public typealias Verdict = (name: String, reward: Double)
    /// Judges a whole response.
    public typealias Judge = @Sendable (_ response: String) async -> Verdict

    public enum Event: Sendable {
        case started(version: Int)
        /// A rollout has ended. These arrive in any order; `index` is its place in the tree.
        case drawn(index: Int, fork: RolloutTree.Fork?, rollout: RolloutTree.Rollout, text: String)
        /// A human-readable note on something that did not go as asked.
        case note(String)
    }

    /// A grown tree and what it cost.
    public struct Grown: Sendable {
        public internal(set) var tree: RolloutTree
        /// Tokens drawn: at most the budget.
        public internal(set) var drawnTokens = 0
        /// Tokens the engine computed for the whole tree.
        public internal(set) var computedTokens = 0
        /// Branches chosen but not drawn, for lack of budget.
        public internal(set) var undrawn = 0
        /// Rollouts that the budget cut short.
        public internal(set) var cut = 0
    }

    let growth: TreeGrowth
    let grower: TreeGrower
    let drawer: ResponseDrawer
    let judge: Judge?
    /// The texts of its responses.
    public let texts: TreeTexts

    /// - Parameter judge: Judges whole responses; nil leaves rollouts without reward. It is called from several tasks.
    public init(engine: Engine, policy: PolicyInfo, growth: TreeGrowth, judge: Judge? = nil) {
        self.growth = growth
        self.judge = judge
        grower = TreeGrower(
            branching: growth.branching, influenceGap: growth.influenceGap, separator: growth.separator)
        var drawer = ResponseDrawer(
            engine: engine, policy: policy, sampling: growth.sampling, version: policy.version)
        drawer.outlivesVersion = true
        self.drawer = drawer
        texts = TreeTexts(prompt: growth.prompt, policy: policy, sampling: growth.sampling)
    }

    /// Grows the tree. If `receive` throws or the task is cancelled, the engine stops computing all of it.
    ///
    /// - Throws: `EngineError`, `BranchError`, `CancellationError`, or what `receive` throws.
    public func grow(_ receive: (Event) async throws -> Void) async throws -> Grown {
        var grown = Grown(tree: RolloutTree(prompt: growth.prompt))
        try await receive(.started(version: drawer.version))
        var level = 0..<0
        for depth in 0...growth.depth {
            var origins = [Origin(fork: nil, count: growth.width)]
            if depth > 0 {
                let plan = try grower.plan(grown.tree, of: level) {
                    Self.seed(growth.branching.seed, rollout: $0, offset: 0)
                }
                for note in plan.notes { try await receive(.note(note)) }
                origins = plan.points.map { Origin(fork: $0.fork, count: growth.continuations) }
            }
            let first = grown.tree.rollouts.count
            try await draw(origins, isBranched: depth < growth.depth, &grown, receive)
            level = first..<grown.tree.rollouts.count
        }
        for note in closingNotes(grown) { try await receive(.note(note)) }
        return grown
    }

    private func closingNotes(_ grown: Grown) -> [String] {
        var notes: [String] = []
        if grown.undrawn + grown.cut > 0 {
            notes.append(
                "The budget of \(growth.tokenBudget) tokens ended. Branches not drawn: \(grown.undrawn). "
                    + "Responses cut short: \(grown.cut).")
        }
        let versions = Set(grown.tree.rollouts.map(\.version)).sorted()
        if versions.count > 1 {
            notes.append(
                "The policy's weights were replaced while the tree grew: versions "
                    + versions.map(String.init).joined(separator: " and ") + " drew it.")
        }
        return notes
    }
}
