/// How many responses one request can ask for, whoever asks: a caller, a job, an evaluation.
public enum ResponseLimits {
    public static let count = 1...256
}
