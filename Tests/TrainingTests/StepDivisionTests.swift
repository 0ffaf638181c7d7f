import Ranks
import Testing

@testable import Training

@Suite("How a step is divided")
struct StepDivisionTests {
    @Test(arguments: [[], [5], [1, 1, 1], [9, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 9], [3, 5, 2, 8, 1, 4, 6]], 1...6)
    func groupsAreAllTreesAndNoneIsEmpty(sizes: [Int], groups: Int) {
        let division = StepDivision(sizes: sizes, groups: groups, .alone)
        #expect(division.groups.count == max(min(groups, sizes.count), 1))
        var next = 0
        for group in division.groups {
            let trees = division.trees(of: group)
            #expect(trees.lowerBound == next)
            #expect(!trees.isEmpty || sizes.isEmpty)
            next = trees.upperBound
        }
        #expect(next == sizes.count)
    }

    @Test func groupsHaveNearlyAsManyTokens() {
        let division = StepDivision(sizes: Array(repeating: 10, count: 12), groups: 4, .alone)
        #expect(division.groups.map { division.trees(of: $0).count } == [3, 3, 3, 3])
        // A great tree is a group of its own.
        #expect(StepDivision(sizes: [1, 1, 20, 1, 1], groups: 3, .alone).groups.count == 3)
    }
}
