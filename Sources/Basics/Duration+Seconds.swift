extension Duration {
    /// The duration in seconds, rounded to the nearest `Double`.
    public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
