/// Elements at an address that stays fixed for this object's lifetime, so that threads can read and write them by
/// pointer without touching a reference count.
final class FixedArray<Element> {
    let pointer: UnsafeMutablePointer<Element>
    let count: Int

    init(_ elements: [Element]) {
        count = elements.count
        pointer = .allocate(capacity: count)
        pointer.initialize(from: elements, count: count)
    }

    deinit {
        pointer.deinitialize(count: count)
        pointer.deallocate()
    }

    var buffer: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: pointer, count: count) }
}
