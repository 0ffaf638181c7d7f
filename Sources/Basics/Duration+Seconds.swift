extension Duration {
    /// The duration in seconds, to the nearest that a `Double` holds.
    public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
