import Basics
import Policy
import Ranks

/// Which gradients each rank adds up, and whose optimizer's state it keeps: of every stage of the backward pass consecutive
/// elements, of nearly as many for each rank as may be. So all ranks receive as much while a stage is sent.
struct ParameterShards {
    /// By stage and rank, as elements of all tensors end to end; those of a stage in the order of ranks.
    let stages: [[Range<Int>]]
    /// All elements of each stage.
    let wholeStages: [Range<Int>]
    /// The same by rank, as parts of tensors.
    let parts: [[ParameterPart]]

    /// - Parameter whole: Tensors that are not divided.
    init(_ parameters: any ParameterSet, whole: Set<Int>, ranks: Int) {
        let all = parameters.gradients
        wholeStages = parameters.stages.map { all.starts[$0.lowerBound]..<all.starts[$0.upperBound] }
        stages = parameters.stages.map { tensors in
            let cuts = Self.cuts(of: tensors, all, whole), elements = cuts[0]..<cuts[cuts.count - 1]
            let chosen = (0...ranks).map { rank in
                let even = elements.lowerBound + elements.count * rank / ranks
                return cuts.min { (abs($0 - even), $0) < (abs($1 - even), $1) }!
            }
            return (0..<ranks).map { chosen[$0]..<chosen[$0 + 1] }
        }
        parts = (0..<ranks).map { [stages] rank in
            stages.flatMap { all.pieces(of: $0[rank]) }.map { ParameterPart(tensor: $0.part, elements: $0.range) }
        }
    }

    /// Where a stage's elements may be divided, in order, its beginning and end among them.
    private static func cuts(of tensors: Range<Int>, _ all: FlatVector, _ whole: Set<Int>) -> [Int] {
        var cuts = [all.starts[tensors.lowerBound]]
        for tensor in tensors {
            let start = all.starts[tensor], end = all.starts[tensor + 1]
            if !whole.contains(tensor) {
                cuts += stride(from: start + ParameterPart.grain, to: end, by: ParameterPart.grain)
            }
            cuts.append(end)
        }
        return cuts
    }
}
