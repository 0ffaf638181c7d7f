import Basics
import TestSupport
import Testing

@testable import Jobs
@testable import Training

@Suite("Learning rates and passes")
struct ScheduleTests {
    private func schedule(
        _ decay: ScheduleSpecification.Decay, warmup: Int = 0, floor: Double = 0
    ) -> ScheduleSpecification {
        var schedule = ScheduleSpecification()
        (schedule.decay, schedule.warmupSteps, schedule.floor) = (decay, warmup, floor)
        return schedule
    }

    @Test("The rate rises over the warm-up and is whole at its end")
    func warmup() {
        let shares = (0..<5).map { schedule(.constant, warmup: 4).share(step: $0, total: 10) }
        #expect(shares == [0.25, 0.5, 0.75, 1, 1])
    }

    @Test("It falls to the floor, in a line or as a cosine")
    func decay() {
        let linear = (0...4).map { schedule(.linear, floor: 0.2).share(step: $0, total: 4) }
        for (share, expected) in pairs(linear, [1, 0.8, 0.6, 0.4, 0.2]) { #expect(abs(share - expected) < 1e-12) }
        let cosine = schedule(.cosine, warmup: 2)
        #expect(abs(cosine.share(step: 2, total: 6) - 1) < 1e-12)
        #expect(abs(cosine.share(step: 4, total: 6) - 0.5) < 1e-12)
        #expect(abs(cosine.share(step: 6, total: 6)) < 1e-12)
        #expect(abs(cosine.share(step: 60, total: 6)) < 1e-12)
    }

    @Test("Without an end there is no fall")
    func endless() { #expect(schedule(.cosine).share(step: 1000, total: nil) == 1) }

    @Test("Trees are taken in order, as many as fit, and one that never fits alone")
    func passes() {
        #expect(ranges(ofSizes: [], upTo: 10) == [])
        #expect(ranges(ofSizes: [4, 6, 1, 12, 3, 3, 4], upTo: 10) == [0..<2, 2..<3, 3..<4, 4..<7])
    }

    @Test("Steps follow from epochs, and the smaller of both limits holds")
    func steps() {
        var specification = JobSpecification(kind: .sft)
        specification.batch.sequencesPerStep = 10
        #expect(specification.stepCount(epochLength: 95) == nil)
        specification.epochs = 2
        #expect(specification.stepCount(epochLength: 95) == 19)
        #expect(specification.stepCount(epochLength: nil) == nil)
        specification.steps = 7
        #expect(specification.stepCount(epochLength: 95) == 7)
    }
}
