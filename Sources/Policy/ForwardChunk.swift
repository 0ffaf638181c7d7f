/// One sequence's share of a forward pass: some consecutive tokens and the key/value blocks of those before them.
public struct ForwardChunk {
    public let tokens: [Int32]
    /// Position of the first token; keys and values of all earlier positions are in `blocks`.
    public let first: Int
    /// The sequence's key/value blocks, enough for the chunk's own tokens.
    public let blocks: [Int32]
    /// Chunk rows whose logits are wanted.
    public let logitRows: Range<Int>
    /// Where attention is folded, prepared for this chunk; nil keeps nothing.
    public let capture: CaptureBuffer?
    /// Where hidden states are added up, prepared for this chunk; nil keeps none.
    public let states: StateBuffer?
    /// Positions that no later token of the sequence attends to; the tokens within see each other.
    public let hidden: Range<Int>?
    /// The adapter that the sequence is computed with; nil for the base alone.
    public let adapter: (any PolicyAdapter)?

    public init(
        tokens: [Int32], first: Int, blocks: [Int32], logitRows: Range<Int>, capture: CaptureBuffer? = nil,
        states: StateBuffer? = nil, hidden: Range<Int>? = nil, adapter: (any PolicyAdapter)? = nil
    ) {
        self.tokens = tokens
        self.first = first
        self.blocks = blocks
        self.logitRows = logitRows
        self.capture = capture
        self.states = states
        self.hidden = hidden
        self.adapter = adapter
    }
}
