import ModelFiles

#if canImport(Glibc)
import Glibc
#endif

/// Query and key biases that make the first two layers' heads initially attend to the token one to four places back.
///
/// With a key bias of (a, 0) in each of the first pairs of a head, and as query bias the same rotated back by d places,
///
///     q . k (m places apart) = sum over i of a^2 cos((m - d) frequency[i])
///
/// is greatest at m = d. Heads look one, two, three and four places back in turn. A model that copies or looks things up
/// needs such heads first, and takes long to find them: the subject of a sentence, say, stands a few places before the
/// name that it is said by. Weights and training are otherwise unchanged.
struct LookBack {
    private let configuration: PolicyConfiguration
    /// By layer.
    private let frequencies: [[Double]]

    /// a: with 8 pairs and D = 32, the score of the place looked at initially exceeds that of distant places by 22 /
    /// 5.66.
    private static let amplitude = 4.0
    private static let layers = 2
    private static let places = 4

    init(_ configuration: PolicyConfiguration) {
        self.configuration = configuration
        frequencies = configuration.layerPlans.prefix(Self.layers).map { $0.rotary.frequencies().perToken }
    }

    /// Adds the biases to a tensor's freshly drawn elements.
    func write(_ tensor: TensorSpecification, _ range: Range<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
        guard case .layer(let layer, let weight) = tensor.weight, layer < Self.layers else { return }
        let heads: Int
        switch weight {
        case .queryBias: heads = configuration.headCount
        case .keyBias: heads = configuration.keyValueHeadCount
        default: return
        }
        let d = configuration.headSize
        for head in 0..<heads {
            let back = weight == .queryBias ? Double(head % Self.places + 1) : 0
            for pair in 0..<d / 4 {
                let angle = -back * frequencies[layer][pair]
                for (index, value) in [(pair, cos(angle)), (pair + d / 2, sin(angle))] {
                    let element = head * d + index
                    if range.contains(element) {
                        buffer[element - range.lowerBound] += Float(Self.amplitude * value)
                    }
                }
            }
        }
    }
}

extension PolicyConfiguration {
    /// Whether every layer rotates all of every head.
    var rotatesWholeHeads: Bool { layerPlans.allSatisfy { $0.rotary.size == headSize } }
}
