internal import CThreads

/// Asks that the calling thread, which does little at a time, runs as soon as it has something to do, also beside threads that
/// compute without a rest: otherwise those keep a processor until the system's next tick, for up to 4 ms.
///
/// Its share of the processors stays what it was. Where the system cannot do this, nothing changes.
package func makePrompt() { attn_set_slice(100) }
