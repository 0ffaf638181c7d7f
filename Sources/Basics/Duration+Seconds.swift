extension Duration {
    /// The duration in seconds, rounded to the nearest `Double`.
    public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }

    /// Whole seconds after which the duration has passed, at least one: what people and `Retry-After` are told.
    package var wholeSeconds: Int64 {
        let (seconds, attoseconds) = components
        return max(1, attoseconds > 0 ? seconds + 1 : seconds)
    }
}
