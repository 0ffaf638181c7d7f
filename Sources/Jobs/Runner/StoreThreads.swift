internal import Threads

/// Threads for reading the store, which blocks for milliseconds: not on a handler thread or the cooperative pool.
enum StoreThreads {
    static let shared = BlockingThreads("attnrl-store", limit: 16)
}
