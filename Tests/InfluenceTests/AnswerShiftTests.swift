import Foundation
import Testing

@testable import Influence

@Suite("AnswerShift")
struct AnswerShiftTests {
    /// Sums of a few terms in Double.
    private static let tolerance = 1e-12

    private func answers(_ texts: String) -> [DrawnAnswer] {
        texts.map { $0 == "-" ? .unstated : .stated(String($0)) }
    }

    @Test("Equal sets do not differ, whatever their order")
    func equal() {
        let shift = AnswerShift(base: answers("aab-"), ablated: answers("-aba"))
        #expect(shift.totalVariation == 0)
        #expect(shift.divergence == 0)
        #expect(shift.changed == 0.5)
    }

    @Test("Sets with nothing in common are as far apart as can be")
    func disjoint() {
        let shift = AnswerShift(base: answers("aa"), ablated: answers("bb"))
        #expect(shift.totalVariation == 1)
        #expect(shift.changed == 1)
        // p = (3/4, 1/4), q = (1/4, 3/4): 3/4 ln 3 - 1/4 ln 3
        #expect(abs(shift.divergence - 0.5 * log(3.0)) < Self.tolerance)
    }

    @Test("Sets of different sizes, by hand")
    func byHand() {
        // Shares: a 3/4 and 1/2, b 1/4 and 0, none 0 and 1/2.
        let shift = AnswerShift(base: answers("aaba"), ablated: answers("a-"))
        #expect(
            shift.counts == [
                .init(answer: .stated("a"), base: 3, ablated: 1), .init(answer: .stated("b"), base: 1, ablated: 0),
                .init(answer: .unstated, base: 0, ablated: 1),
            ])
        #expect(abs(shift.totalVariation - 0.5) < Self.tolerance)
        #expect(shift.changed == 0.5)
        // p = (4, 2, 1) / 7, q = (2, 1, 2) / 5
        let want = 4 / 7.0 * log(10 / 7.0) + 2 / 7.0 * log(10 / 7.0) + 1 / 7.0 * log(5 / 14.0)
        #expect(abs(shift.divergence - want) < Self.tolerance)
    }

    @Test("Among equally frequent answers of the base, the one that stays most frequent counts as unchanged")
    func ties() {
        let shift = AnswerShift(base: answers("ab"), ablated: answers("bbba"))
        #expect(shift.counts.map(\.answer) == [.stated("b"), .stated("a")])
        #expect(shift.changed == 0.25)
        let none = AnswerShift(base: answers("a-"), ablated: answers("b"))
        #expect(none.counts.map(\.answer) == [.stated("a"), .unstated, .stated("b")])
    }

    @Test("Empty sets have no distribution")
    func empty() async {
        await #expect(processExitsWith: .failure) {
            _ = AnswerShift(base: [], ablated: [.unstated])
        }
    }
}
