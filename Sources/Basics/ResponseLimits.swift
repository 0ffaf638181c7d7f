/// How many responses one request, job or evaluation can ask for.
public enum ResponseLimits {
    public static let count = 1...256
}
