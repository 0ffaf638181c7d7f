// Tells the thread sanitizer what it does not see, since Swift's runtime is not compiled with it.
//
// Reference counts: a value that one thread copies with a lock held, and reads afterwards, is safe from another that
// changes it with the lock held: that one makes a copy unless it is the only owner, which it learns from the count that the
// first lowers once it has read. So a release comes before finding oneself the only owner. Without this, every such pair
// would be reported as a race.
//
// Continuations that are resumed before they are awaited: the runtime itself says that a resumption comes before what its
// task does then, but only for tasks that were waiting.
//
// These stand in front of the runtime's functions of the same names, in programs that this is linked into.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void __tsan_acquire(void *);
void __tsan_release(void *);
void AnnotateBenignRaceSized(const char *file, int line, const volatile void *begin, size_t size, const char *why);

// The runtime's function, looked up when it is first wanted: libraries want it before this program's constructors have run.
#define NEXT(name)                                                          \
    ({                                                                      \
        static __typeof__(&name) found;                                     \
        __typeof__(&name) next = __atomic_load_n(&found, __ATOMIC_RELAXED); \
        if (!next) {                                                        \
            next = (__typeof__(&name))dlsym(RTLD_NEXT, #name);              \
            __atomic_store_n(&found, next, __ATOMIC_RELAXED);               \
        }                                                                   \
        next;                                                               \
    })

bool swift_isUniquelyReferenced_nonNull_native(void *object) {
    bool is_unique = NEXT(swift_isUniquelyReferenced_nonNull_native)(object);
    if (is_unique) __tsan_acquire(object);
    return is_unique;
}

bool swift_isUniquelyReferenced_native(void *object) {
    return object && swift_isUniquelyReferenced_nonNull_native(object);
}

// Who releases the last reference frees what others have used.
static void note_release(void *object) {
    if (!swift_isUniquelyReferenced_native(object)) __tsan_release(object);
}

// Counted are addresses alone: as signed numbers, null and what is no object are not above zero.
static bool is_counted(void *object) { return (intptr_t)object > 0; }

void swift_release(void *object) {
    if (is_counted(object)) note_release(object);
    NEXT(swift_release)(object);
}

void swift_release_n(void *object, uint32_t count) {
    if (is_counted(object)) note_release(object);
    NEXT(swift_release_n)(object, count);
}

// References of strings and the like, whose upper byte and lowest bits say what they are.
static void *address(void *bridged) { return (void *)((uintptr_t)bridged & 0x00fffffffffffff8); }

void swift_bridgeObjectRelease(void *bridged) {
    if (is_counted(bridged)) note_release(address(bridged));
    NEXT(swift_bridgeObjectRelease)(bridged);
}

void swift_bridgeObjectRelease_n(void *bridged, int count) {
    if (is_counted(bridged)) note_release(address(bridged));
    NEXT(swift_bridgeObjectRelease_n)(bridged, count);
}

__attribute__((swiftcall)) void *swift_task_getCurrent(void);

// A resumption in the moment between this and the runtime's own look goes unseen: on a busy machine, one report of an order
// between a resumption and its task is left in some sixty runs of a module.
__attribute__((swiftasynccall)) void swift_continuation_await(void *context) {
    // The runtime's resumption releases the task.
    __tsan_acquire(swift_task_getCurrent());
    __attribute__((musttail)) return NEXT(swift_continuation_await)(context);
}

// All empty arrays are this one. Array(unsafeUninitializedCapacity: 0) sets its count, which is 0, to 0.
extern const char _swiftEmptyArrayStorage[32];

__attribute__((constructor)) static void allow_empty_arrays(void) {
    AnnotateBenignRaceSized(
        __FILE__, __LINE__, _swiftEmptyArrayStorage, sizeof _swiftEmptyArrayStorage, "the count of no elements");
}
