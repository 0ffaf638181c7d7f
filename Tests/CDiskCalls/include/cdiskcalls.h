// The calls by which a thread of this process changes files, handed to whoever asked for them.
//
// The functions of this library stand in front of the C library's: the program that links it calls these, and so do
// Foundation and SQLite. A thread that nobody watches gets what it asked for.

#ifndef CDISKCALLS_H
#define CDISKCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum disk_call_kind {
    DISK_OPEN,
    DISK_CLOSE,
    DISK_WRITE,
    DISK_RESIZE,
    DISK_ALLOCATE,
    DISK_SYNC,
    DISK_MKDIR,
    DISK_UNLINK,
    DISK_RMDIR,
    DISK_RENAME,
    DISK_LINK,
    DISK_SPACE,
};

struct disk_call {
    enum disk_call_kind kind;
    // -1 for calls that name a path.
    int descriptor;
    const char *path, *target;
    // Of open.
    int flags;
    const void *bytes;
    // Bytes to write; the watcher may lessen it. Of a resize the new size.
    size_t length;
    // -1: where the descriptor stands.
    off_t offset;
    // Of a question for space: how many bytes are free; the watcher answers, -1 leaves the system's answer.
    int64_t room;
};

// Before a call: 0, or the error it fails with instead.
typedef int (*disk_before)(void *watcher, struct disk_call *call);
// After a call that was made: what it gave, -1 for an error.
typedef void (*disk_after)(void *watcher, const struct disk_call *call, long result);

// Hands this thread's calls to a watcher, until NULL is given.
void disk_watch(void *watcher, disk_before before, disk_after after);

#endif
