public import Influence
public import Trees

/// How trees grow, independent of the driver: what is asked of the engine at a prompt and at a branch point, and where
/// rollouts are branched. A round is `request`, `ResponseDrawer.draw`, `RolloutTree.add` and `plan`, whose points are
/// where the next round's responses begin.
///
/// The driver decides what is drawn in which order, how much of it and from which seeds: `TreeExplorer` goes level by
/// level within a budget of tokens; tree jobs go through a batch of trees, drawing the first rollouts of the next batch
/// in the same call.
public struct TreeGrower: Sendable {
    /// How a response's branch points are chosen. The seed of strategies that draw differs for each rollout.
    private(set) var branching: BranchOptions
    /// D of influence, see `CaptureParameters`.
    let influenceGap: Int
    /// Where steps end, see `CaptureParameters`.
    let separator: StepSeparator?
    private let capturesAttention: Bool
    /// The layer whose hidden states all responses bring, see `CaptureParameters`; nil brings none.
    private let stateLayer: Int?

    /// - Parameters:
    ///   - capturesAlways: Whether attention is captured even if the strategy does not read it, because something else
    ///     depends on it.
    ///   - stateLayer: The layer whose hidden states all responses bring; nil brings none.
    public init(
        branching: BranchOptions, influenceGap: Int, separator: StepSeparator? = nil, capturesAlways: Bool = false,
        stateLayer: Int? = nil
    ) {
        self.stateLayer = stateLayer
        self.branching = branching
        self.influenceGap = influenceGap
        self.separator = separator
        capturesAttention = capturesAlways || branching.strategy.needs.contains(.attention)
    }

    /// What the strategy `pivot` draws by.
    public var pivot: PivotUtility {
        get { branching.pivot }
        set { branching.pivot = newValue }
    }

    /// Responses from one place of a tree.
    ///
    /// - Parameters:
    ///   - fork: Where they leave a rollout; nil for responses to the prompt.
    ///   - isBranched: Whether branch points will be chosen among their steps.
    public func request(
        for tree: RolloutTree, at fork: RolloutTree.Fork? = nil, count: Int, seed: UInt64, isBranched: Bool
    ) -> DrawRequest {
        let kept = fork.map { Array(tree.response(of: $0.rollout).prefix($0.offset)) } ?? []
        var request = DrawRequest(prompt: tree.prompt, kept: kept, count: count, seed: seed)
        request.origin = fork == nil ? .prompt : .branch
        guard isBranched || stateLayer != nil else { return request }
        request.strategy = branching.strategy
        request.separator = separator
        if capturesAttention || stateLayer != nil {
            var capture = CaptureParameters()
            capture.gap = influenceGap
            capture.separator = separator
            capture.includesAfterThinking = branching.includesAfterThinking
            capture.stateLayer = stateLayer
            request.capture = capture
        }
        return request
    }

    /// Chooses the branch points of some rollouts, each inside the tokens that it drew itself. A rollout of one or two
    /// steps has none.
    ///
    /// - Parameter seed: For strategies that draw, by rollout.
    /// - Throws: `BranchError` for options that make no sense.
    /// - Precondition: The rollouts' steps are known.
    public func plan(
        _ tree: RolloutTree, of rollouts: some Collection<Int>, seed: (_ rollout: Int) -> UInt64
    ) throws(BranchError) -> BranchPlan {
        var plan = BranchPlan()
        for rollout in rollouts {
            var options = branching
            options.seed = seed(rollout)
            plan.add(
                try chooseBranches(tree.branchInput(of: rollout, from: tree.start(of: rollout)), options: options),
                of: rollout, in: tree)
        }
        return plan
    }
}
