/// Bounds of adapters.
public enum AdapterLimits {
    /// The ranks that an adapter may have.
    public static let rank = 1...256
}
