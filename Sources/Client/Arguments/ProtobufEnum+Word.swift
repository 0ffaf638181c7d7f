import Wire

extension ProtobufEnum {
    /// The value whose name is an option's word. Options that are written so have no other words.
    init(word: some RawRepresentable<String>) {
        self = Self(name: word.rawValue) ?? Self(rawValue: 0)
    }
}
