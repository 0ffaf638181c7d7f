import Foundation
import Ranks

/// Where a run's rank has the weights that the run began with.
final class RunFolders {
    private let own: RankFolder
    private let below: RankFolder?

    init(_ state: TrainingRun.State, _ ranks: Ranks) throws {
        own = try RankFolder(state.source, ranks)
        below = try state.base.map { $0 == state.source ? nil : try RankFolder($0, ranks) } ?? nil
        hasBase = state.base != nil
    }

    private let hasBase: Bool

    /// The weights or the adapter.
    var source: String { own.url.path }
    /// The weights that an adapter is trained on; nil if all weights are trained.
    var base: String? { hasBase ? (below ?? own).url.path : nil }
}
