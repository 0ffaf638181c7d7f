import Basics
import Ranks

/// Which tensors' gradients each rank adds up, and whose optimizer's state it keeps: consecutive ones, of nearly as many
/// parameters for each rank as whole tensors allow.
struct ParameterShards {
    /// Tensors by rank.
    let tensors: [Range<Int>]
    /// The same as parameters, of all tensors end to end.
    let elements: [Range<Int>]

    init(_ parameters: FlatVector, ranks: Int) {
        let ends = parameters.parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        // The cut nearest to each rank's even share.
        let cuts = (0...ranks).map { rank in
            let even = parameters.count * rank / ranks
            return ends.indices.min { (abs(ends[$0] - even), $0) < (abs(ends[$1] - even), $1) }!
        }
        tensors = (0..<ranks).map { cuts[$0]..<cuts[$0 + 1] }
        elements = tensors.map { ends[$0.lowerBound]..<ends[$0.upperBound] }
    }
}
