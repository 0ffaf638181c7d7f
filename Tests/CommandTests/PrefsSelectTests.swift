import Preferences
import Testing

@testable import Client

@Suite("Pairs that `attnrl prefs select` chose")
struct PrefsSelectTests {
    @Test("Are told with how much they tell", arguments: [1, 2, 3, 5])
    func summary(count: Int) {
        let chosen = (1...count).map { ChosenPair(index: $0, gain: 1, logDeterminant: Double($0)) }
        let summary = PrefsSelect.summary(chosen, of: 9)
        #expect(summary.hasPrefix("\(count) of 9 pairs; log det after 1: 1") && summary.contains(" \(count): \(count)"))
    }

    @Test("Are none where the responses of each have the same hidden states")
    func none() {
        let chosen = informativePairs([[0, 0], [0, 0]], count: 2, ridge: 1)
        #expect(chosen.isEmpty)
        #expect(PrefsSelect.summary(chosen, of: 2).hasPrefix("no pair of 2: "))
    }
}
