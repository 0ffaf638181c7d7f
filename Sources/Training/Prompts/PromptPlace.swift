/// Where a prompt of a pool is in the data, as checkpoints keep it.
struct PromptPlace: Codable, Sendable {
    let position: Int
    let key: PromptKey
}

extension PromptPlace {
    init(_ item: RecordStream.Item) { self.init(position: item.position, key: item.key) }
}

extension TrainingRun {
    /// The prompts of a pool, read again; nil for those that are no longer there.
    ///
    /// - Parameter note: Told of these.
    func items(at places: [PromptPlace], note: (String) -> Void) -> [RecordStream.Item?] {
        let items = places.map { place -> RecordStream.Item? in
            // Of a file that has changed, what stands there now may not even be a record.
            guard let item = try? stream.item(at: place.position), item.key == place.key else { return nil }
            return item
        }
        let vanished = items.count { $0 == nil }
        if vanished > 0 {
            note(
                "\(vanished) of the \(items.count) prompts that steps take are no longer where they were in the data: what "
                    + "was known of them is dropped, and "
                    + (vanished == items.count
                        ? "others take their place." : "the others remain until all are renewed.")
                    + " To have them back, stop the job, put the data back and resume the job from its checkpoint.")
        }
        return items
    }
}
