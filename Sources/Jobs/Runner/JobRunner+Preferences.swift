extension JobRunner {
    /// Adds pairs to a set of comparisons. They are on disk when this returns.
    ///
    /// - Returns: For each pair why it was refused; nil if it is there.
    public func add(_ pairs: [PreferencePair], toSet set: String) throws(JobError) -> [String?] {
        var refused = pairs.map(Self.problem)
        let good = pairs.indices.filter { refused[$0] == nil }
        let found = try store.add(good.map { pairs[$0] }, toSet: set)
        for (index, reason) in zip(good, found) { refused[index] = reason }
        return refused
    }

    private static func problem(_ pair: PreferencePair) -> String? {
        guard 1...256 ~= pair.id.utf8.count else { return "Its id has \(pair.id.utf8.count) bytes. Give 1 to 256." }
        if pair.prompt.isEmpty { return "The prompt is empty." }
        if pair.first.isEmpty || pair.second.isEmpty { return "A response is empty." }
        return pair.first == pair.second ? "The two responses are the same." : nil
    }

    /// Stores what was chosen of a pair. It is on disk when this returns.
    ///
    /// - Parameter shown: The hash of the pair that was shown; nil if it is known by its id alone.
    public func choose(
        _ preferred: PreferredResponse, ofPair id: String, inSet set: String, by labeller: String, replaces: Bool,
        shown: Int? = nil
    ) throws(JobError) -> ChoiceOutcome {
        try store.choose(preferred, ofPair: id, inSet: set, by: labeller, replaces: replaces, shown: shown)
    }

    /// All sets, by name.
    public func preferenceSets() throws(JobError) -> [PreferenceProgress] { try store.preferenceSets() }

    /// Removes a set with all that was chosen of it.
    ///
    /// - Returns: How many pairs it had.
    /// - Throws: `JobError.unknownPreferences`, or `preferencesInUse` while a job that is not over reads it: after a restart
    ///   that job would find nothing, or other pairs of the same name.
    public func removeSet(_ set: String) throws(JobError) -> Int {
        for record in try store.unfinishedJobs()
        where record.specification.kind.records == .pairs
            && record.specification.data.train == PreferenceSource.prefix + set
        {
            throw .preferencesInUse(set: set, job: record.id)
        }
        guard let pairs = try store.removeSet(set) else { throw .unknownPreferences(set: set) }
        return pairs
    }

    /// Pairs of a set after a number, in order; those that nothing was chosen of, if only these are wanted.
    ///
    /// - Throws: `JobError.unknownPreferences` if there is no such set.
    public func pairs(
        ofSet set: String, after number: Int64, limit: Int, onlyOpen: Bool
    ) throws(JobError) -> [StoredPair] {
        guard try store.lastChoice(inSet: set) != nil else { throw .unknownPreferences(set: set) }
        return try store.pairs(ofSet: set, after: number, limit: limit, onlyOpen: onlyOpen)
    }
}
