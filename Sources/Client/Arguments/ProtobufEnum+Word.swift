import Wire

extension ProtobufEnum {
    /// The value whose name matches an option's word. Such options accept no other words.
    init(word: some RawRepresentable<String>) {
        self = Self(name: word.rawValue) ?? Self(rawValue: 0)
    }
}
