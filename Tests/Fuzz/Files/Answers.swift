import Rewards

/// Far less than a job allows, so that many inputs fit into a second; the work still has to stop by itself.
private let checker = MathChecker(steps: 20_000)

/// A reference and an answer with a line break between: neither side's order may turn right into wrong, and whatever
/// can be read equals itself.
func fuzzAnswer(_ input: [UInt8]) {
    let sides = input.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let reference = String(decoding: sides[0], as: UTF8.self)
    let answer = String(decoding: sides.count > 1 ? sides[1] : [], as: UTF8.self)
    let there = checker.compare(answer: answer, reference: reference).verdict
    let back = checker.compare(answer: reference, reference: answer).verdict
    let isConflict = there == .correct && back == .incorrect || there == .incorrect && back == .correct
    precondition(!isConflict, "\(reference) and \(answer) agree one way only")
    // A space, so that the texts differ and have to be read.
    let again = checker.compare(answer: reference + " ", reference: reference).verdict
    precondition(again != .incorrect, "\(reference) is not itself")
    precondition(there != .internal && again != .internal, "\(reference) and \(answer) cannot be judged")
}
