extension RPCError {
    /// Who the reasons in our errors belong to.
    public static let domain = "attnrl"

    /// An error with its `ErrorInfo`.
    ///
    /// - Parameters:
    ///   - reason: For programs, in UPPER_SNAKE_CASE, at most 63 characters.
    ///   - values: Every dynamic value of the message, by name.
    ///   - details: What there is to say beside the `ErrorInfo`, each kind at most once.
    public init(
        _ code: Code, reason: String, _ message: String, values: [String: String] = [:], details: [Detail] = []
    ) {
        let info = Detail.errorInfo(reason: reason, domain: Self.domain, metadata: values)
        self.init(code, message, details: [info] + details)
    }
}
