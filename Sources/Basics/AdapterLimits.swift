/// Bounds of adapters.
public enum AdapterLimits {
    /// What a rank may be.
    public static let rank = 1...256
}
