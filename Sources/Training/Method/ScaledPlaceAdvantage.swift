public import Trees

#if canImport(Glibc)
import Glibc
#endif

/// How much better each rollout of a tree did than the others that begin where it does, less where that place is a gain:
///
///     A(i) = (R[i] - V[j]) / exp(clamp(V[j] - V[j-1], -1, 1))
///
/// V[j] is the mean reward of the rollouts that begin at place j, and j - 1 the place before it on the response that they
/// continue, at last the prompt. First rollouts are compared among themselves and not scaled. Every token that a rollout
/// drew has its advantage, and counts once (`TreeRows.drawn`).
///
/// - Parameter rewards: The rewards of the tree's rollouts, finite.
/// - Returns: One advantage per node; the prompt's is 0. Finite: at most e times as far from 0 as R[i] is from V[j].
///
/// Source: FR3E, arXiv:2507.07017, as its code has it, which does not divide by a deviation. Departures: every branched
/// rollout stays, where the code keeps at most one right and one wrong rollout of a prompt; and a gain counts as at most
/// 1 either way, which it is with the paper's rewards of 0 and 1. Rewards may be further apart here, up to 1000, and
/// exp(-1000) is 0.
public func scaledPlaceAdvantages(_ tree: RolloutTree, _ segments: TreeSegments, rewards: [Double]) -> [Double] {
    let places = Places(tree, rewards: rewards)
    let advantages = tree.rollouts.indices.map { rollout in
        let value = places.start(of: rollout).value
        let gain = places.previous(of: rollout).map { value - $0.value } ?? 0
        return (rewards[rollout] - value) / exp(min(max(gain, -1), 1))
    }
    return segments.nodes.map { $0.rollout.map { advantages[$0] } ?? 0 }
}
