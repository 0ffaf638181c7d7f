public import Basics
import CKernels
import CThreads
import Synchronization
internal import Threads

#if canImport(Glibc)
import Glibc
#endif

/// A fixed set of compute threads that run the same function, each on its share, synchronised by cheap barriers.
///
/// The thread that calls `run` takes part as member 0. Only one thread at a time may call it. Members wait for work by
/// spinning briefly and then sleep, so that an idle team costs nothing.
public final class ThreadTeam: Sendable {
    /// The number of members, including the caller: as requested, or as many as the system can start.
    public let count: Int
    private let shared: Shared

    /// - Parameter priority: The priority of the threads the team starts; the caller keeps its own.
    public init(count: Int, priority: ThreadPriority = .normal) {
        precondition(count >= 1, "ThreadTeam: count is \(count)")
        let shared = Shared(members: count, givesWay: priority == .background)
        self.shared = shared
        self.count = (1..<count).first { !Self.startThread(shared, member: $0, priority) } ?? count
        shared.count = self.count
    }

    deinit { shared.stop() }

    /// Runs `body` on every member and returns when all have finished.
    public func run(_ body: (TeamMember) -> Void) {
        withoutActuallyEscaping(body) { escapable in
            shared.begin(Work(body: escapable))
            escapable(TeamMember(index: 0, count: count, shared: shared))
            shared.waitUntilFinished(member: 0)
        }
    }

    /// Returns whether the system started a thread.
    private static func startThread(_ shared: Shared, member: Int, _ priority: ThreadPriority) -> Bool {
        // Views of many captured sequences are opened inside one another: the stack is large.
        Threads.startThread(priority == .normal ? "attnrl-compute" : "attnrl-train", stackBytes: 16 << 20) {
            priority.apply()
            shared.serve(member: member)
        }
    }
}

/// One member's view of the current work.
public struct TeamMember {
    /// 0..<count
    public let index: Int
    public let count: Int
    fileprivate let shared: Shared

    /// Waits until every member has arrived.
    public func barrier() {
        giveWay()
        if count > 1 { shared.barrier(member: index) }
    }

    /// Leaves the processor to whoever else needs it, if this is background work, which should come here several times in a
    /// millisecond.
    ///
    /// The lowest priority alone is not enough. When a thread that computes for others is displaced for a moment, by one that
    /// sends what it has computed, Linux (EEVDF) goes on with whoever has had less of the processor than is due to it, however
    /// little that is, and so with background work, until the next tick: for up to 4 ms.
    public func giveWay() { if shared.givesWay { sched_yield() } }

    /// The same thread as a team of one, which does all the work and waits for nobody.
    public var alone: TeamMember { TeamMember(index: 0, count: 1, shared: shared) }

    /// This member's contiguous share of `total` items: sizes differ by at most one.
    public func share(of total: Int) -> Range<Int> {
        (total * index / count)..<(total * (index + 1) / count)
    }
}

private struct Work: @unchecked Sendable {  // members call it at the same time, which is its purpose
    let body: (TeamMember) -> Void
}

/// State shared by the members. Threads retain this, not the team, so that a team can be released.
fileprivate final class Shared: @unchecked Sendable {  // variables are written before `generation` and read after it
    /// The number of members started, plus the caller.
    var count = 1
    let givesWay: Bool
    /// Counts calls of `run`; a change means new work.
    private let generation = Atomic<Int>(0)
    private let running = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private let arrived = Atomic<Int>(0)
    private let phase = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private var work: Work?
    /// The processor each member was on when it last waited.
    private let processors: UnsafeMutableBufferPointer<Atomic<CInt>>
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let wake: UnsafeMutablePointer<pthread_cond_t>

    init(members: Int, givesWay: Bool) {
        self.givesWay = givesWay
        processors = .allocate(capacity: members)
        for member in 0..<members { processors.initializeElement(at: member, to: Atomic(-1)) }
        mutex = .allocate(capacity: 1)
        wake = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wake, nil)
    }

    deinit {
        pthread_cond_destroy(wake)
        pthread_mutex_destroy(mutex)
        wake.deallocate()
        mutex.deallocate()
        processors.deinitialize()
        processors.deallocate()
    }

    func begin(_ work: Work) {
        guard count > 1 else { return }
        self.work = work
        running.store(count - 1, ordering: .relaxed)
        generation.add(1, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
    }

    func waitUntilFinished(member: Int) {
        wait(member) { running.load(ordering: .acquiring) == 0 }
        work = nil
    }

    func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        generation.add(1, ordering: .sequentiallyConsistent)
        wakeAll()
    }

    func serve(member: Int) {
        var seen = 0
        while true {
            seen = waitForWork(after: seen)
            if stopping.load(ordering: .acquiring) { return }
            work?.body(TeamMember(index: member, count: count, shared: self))
            running.subtract(1, ordering: .acquiringAndReleasing)
        }
    }

    func barrier(member: Int) {
        notePlace(of: member)
        let current = phase.load(ordering: .acquiring)
        if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
            arrived.store(0, ordering: .relaxed)
            phase.store(current &+ 1, ordering: .releasing)
            return
        }
        wait(member) { phase.load(ordering: .acquiring) != current }
    }

    /// Spins for some tens of microseconds, about the time between two steps of a busy engine, then sleeps.
    private func waitForWork(after seen: Int) -> Int {
        for _ in 0..<20_000 {
            let now = generation.load(ordering: .acquiring)
            if now != seen { return now }
            pause()
        }
        sleepers.add(1, ordering: .sequentiallyConsistent)
        pthread_mutex_lock(mutex)
        while generation.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(wake, mutex) }
        pthread_mutex_unlock(mutex)
        sleepers.subtract(1, ordering: .sequentiallyConsistent)
        return generation.load(ordering: .acquiring)
    }

    private func wakeAll() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
    }

    /// Spins for some tens of microseconds; then yields the processor, since others seem to need it, and sleeps if that
    /// does not help: when other work of higher priority holds a processor, a member that only yields takes time from
    /// the one it is waiting for.
    private func wait(_ member: Int, until isOver: () -> Bool) {
        var spins = 0
        while !isOver() {
            spins += 1
            if spins == Self.spinsBeforeMoving {
                separate(member)
            } else if spins < 4_000 {
                pause()
            } else if spins < 8_000 {
                sched_yield()
            } else {
                usleep(50)
            }
        }
    }

    // MARK: Places

    /// A few microseconds, within which members that have a processor each usually arrive.
    private static let spinsBeforeMoving = 200

    private func notePlace(of member: Int) {
        let processor = attn_current_processor()
        guard processors[member].load(ordering: .relaxed) != processor else { return }
        processors[member].store(processor, ordering: .relaxed)
    }

    /// Moves a member that waits on the processor of an earlier one, where they can only take turns, to another.
    ///
    /// By itself the system may leave them there for a tenth of a second with the next processor idle: it moves no thread that
    /// is running or has just run, and in a virtual machine it does not see that a processor which has gone to sleep is idle.
    private func separate(_ member: Int) {
        notePlace(of: member)
        let places = (0..<count).map { processors[$0].load(ordering: .relaxed) }
        guard places[..<member].contains(places[member]) else { return }
        attn_leave_processors(places, CInt(count))
        notePlace(of: member)
    }

    private func pause() { attn_pause() }
}
