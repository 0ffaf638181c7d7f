import Foundation

/// A pair of responses as their mean hidden states.
struct ComparedPair: Codable {
    /// Its position in the data.
    let position: Int
    private let chosenStates: Data
    private let otherStates: Data

    init(position: Int, chosen: [Float], other: [Float]) {
        self.position = position
        chosenStates = chosen.withUnsafeBytes { Data($0) }
        otherStates = other.withUnsafeBytes { Data($0) }
    }

    var chosen: [Float] { Self.floats(chosenStates) }
    var other: [Float] { Self.floats(otherStates) }
    var difference: [Float] { zip(chosen, other).map { $0 - $1 } }

    private static func floats(_ data: Data) -> [Float] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
    }
}
