import Foundation
import Jobs

/// Turns a step's rewards into advantages where they are not compared within groups; its state is part of the checkpoint.
///
/// nil of `init` for jobs that compare within groups.
struct RewardNormaliser {
    private static let file = StateFile<RewardWindow>("rewards.json")

    private var window = RewardWindow()
    private let capacity: Int

    init?(_ context: JobContext) throws {
        guard context.specification.reward.normalisation == .fifo else { return nil }
        capacity = context.specification.reward.window
        if let checkpoint = context.checkpoint { window = try Self.file.read(from: checkpoint.directory) }
    }

    func saveCheckpoint(into directory: URL) throws { try Self.file.write(window, into: directory) }

    /// Takes a step's rewards in, and measures each by the window.
    mutating func normalise(_ groups: [ResponseGroup], _ report: inout StepReport) -> [ResponseGroup] {
        window.add(groups.flatMap { $0.members.map(\.reward) }, capacity: capacity)
        report.metrics["reward/window_mean"] = window.mean
        report.metrics["reward/window_deviation"] = window.deviation
        return groups.map { group in
            var group = group
            for (index, advantage) in window.advantages(group.members.map(\.reward)).enumerated() {
                group.members[index].advantage = advantage
            }
            return group
        }
    }
}

extension [ResponseGroup] {
    /// Without the responses that the policy was surest of (`droppedResponses`). Those that came with their reward stay.
    func dropped(share: Double, _ report: inout StepReport) -> [ResponseGroup] {
        guard share > 0 else { return self }
        let places = indices.flatMap { group in
            self[group].members.indices.filter { self[group].members[$0].verdict != nil }.map { (group, $0) }
        }
        let dropped = droppedResponses(places.map { confidenceScore(self[$0].members[$1].old) }, share: share)
        var groups = self, tokens = 0
        // From the back, so that places before it stay where they are.
        for (group, member) in dropped.sorted(by: >).map({ places[$0] }) {
            tokens += groups[group].members.remove(at: member).tokens.count
        }
        report.metrics["rows_dropped"] = Double(dropped.count)
        report.metrics["tokens/dropped"] = Double(tokens)
        return groups.filter(\.teaches)
    }
}
