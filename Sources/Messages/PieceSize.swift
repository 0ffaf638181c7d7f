/// The size of the pieces in which long answers are sent.
package enum PieceSize {
    /// The approximate size of a piece in bytes: large enough to be cheap, small enough to stream smoothly.
    package static let limit = 256 << 10
}
