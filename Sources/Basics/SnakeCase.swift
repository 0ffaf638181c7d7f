extension String {
    /// `topLogprobs` as `top_logprobs`: a Swift name as messages and specifications write it.
    public var inSnakeCase: String {
        reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : "\($1)" }
    }
}
