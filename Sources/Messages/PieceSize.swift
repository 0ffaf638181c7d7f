/// How large the pieces are that long answers are sent in.
package enum PieceSize {
    /// Bytes of one piece, about: large enough to be cheap, small enough to flow.
    package static let limit = 256 << 10
}
