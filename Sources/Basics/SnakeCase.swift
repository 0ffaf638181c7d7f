extension String {
    /// `topLogprobs` as `top_logprobs`: a Swift name as written in messages and specifications.
    public var inSnakeCase: String {
        reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : "\($1)" }
    }
}
