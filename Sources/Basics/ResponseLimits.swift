/// How many responses one request can ask for, be it a call, a job or an evaluation.
public enum ResponseLimits {
    public static let count = 1...256
}
