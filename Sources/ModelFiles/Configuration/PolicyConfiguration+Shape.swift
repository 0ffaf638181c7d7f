extension PolicyConfiguration {
    /// Whether weights of this configuration can be a version of a policy of another.
    ///
    /// What ends responses is the policy's, and whether its first weights were random says nothing of later ones.
    public func hasShape(of other: PolicyConfiguration) -> Bool {
        var comparable = self
        comparable.endOfSequence = other.endOfSequence
        comparable.assumesEndOfSequence = other.assumesEndOfSequence
        comparable.generationEndOfSequence = other.generationEndOfSequence
        comparable.isUntrained = other.isUntrained
        return comparable == other
    }
}
