#define _GNU_SOURCE
#include "cdiskcalls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

// Each name is looked up once, or by several threads at once, which find the same.
#define REAL(name)                                                          \
    ({                                                                      \
        static __typeof__(&name) found;                                     \
        __typeof__(&name) real = __atomic_load_n(&found, __ATOMIC_RELAXED); \
        if (!real) {                                                        \
            real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);              \
            __atomic_store_n(&found, real, __ATOMIC_RELAXED);               \
        }                                                                   \
        real;                                                               \
    })

static _Thread_local void *watcher;
static _Thread_local disk_before before;
static _Thread_local disk_after after;

void disk_watch(void *with, disk_before first, disk_after then) {
    watcher = with;
    before = first;
    after = then;
}

// What a watcher does itself is not watched.
static int ask(struct disk_call *call) {
    void *asked = watcher;
    watcher = NULL;
    int error = before(asked, call);
    watcher = asked;
    return error;
}

static void tell(const struct disk_call *call, long result) {
    int error = errno;
    void *told = watcher;
    watcher = NULL;
    after(told, call, result);
    watcher = told;
    errno = error;
}

// Makes a call, and lets the watcher see it. `CALL` is the call with what `call` says by then.
#define WATCHED(RESULT, CALL, ...)                       \
    struct disk_call call = {__VA_ARGS__};               \
    int refused = ask(&call);                            \
    if (refused) return errno = refused, (RESULT)-1;     \
    RESULT result = (CALL);                              \
    tell(&call, (long)result);                           \
    return result;

#define PATH(name) .descriptor = -1, .path = name
#define DESCRIPTOR(number) .descriptor = number

#define MODE(flags)                                                  \
    mode_t mode = 0;                                                 \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) {       \
        va_list arguments;                                           \
        va_start(arguments, flags);                                  \
        mode = va_arg(arguments, mode_t);                            \
        va_end(arguments);                                           \
    }

int open(const char *name, int flags, ...) {
    MODE(flags)
    if (!watcher) return REAL(open)(name, flags, mode);
    WATCHED(int, REAL(open)(name, flags, mode), .kind = DISK_OPEN, PATH(name), .flags = flags)
}

int open64(const char *name, int flags, ...) {
    MODE(flags)
    if (!watcher) return REAL(open64)(name, flags, mode);
    WATCHED(int, REAL(open64)(name, flags, mode), .kind = DISK_OPEN, PATH(name), .flags = flags)
}

int close(int descriptor) {
    if (!watcher) return REAL(close)(descriptor);
    WATCHED(int, REAL(close)(descriptor), .kind = DISK_CLOSE, DESCRIPTOR(descriptor))
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    if (!watcher) return REAL(write)(descriptor, bytes, length);
    WATCHED(
        ssize_t, REAL(write)(descriptor, bytes, call.length), .kind = DISK_WRITE, DESCRIPTOR(descriptor),
        .bytes = bytes, .length = length, .offset = -1)
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    if (!watcher) return REAL(pwrite)(descriptor, bytes, length, offset);
    WATCHED(
        ssize_t, REAL(pwrite)(descriptor, bytes, call.length, offset), .kind = DISK_WRITE, DESCRIPTOR(descriptor),
        .bytes = bytes, .length = length, .offset = offset)
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    return pwrite(descriptor, bytes, length, offset);
}

int ftruncate(int descriptor, off_t size) {
    if (!watcher) return REAL(ftruncate)(descriptor, size);
    WATCHED(
        int, REAL(ftruncate)(descriptor, size), .kind = DISK_RESIZE, DESCRIPTOR(descriptor), .length = (size_t)size)
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

// Room that is only counted: a file of this size, of which nothing is there.
int posix_fallocate(int descriptor, off_t offset, off_t length) {
    if (!watcher) return REAL(posix_fallocate)(descriptor, offset, length);
    struct disk_call call = {
        .kind = DISK_ALLOCATE, DESCRIPTOR(descriptor), .length = (size_t)(offset + length)};
    // It returns its error, and leaves `errno` alone.
    int refused = ask(&call);
    if (refused) return refused;
    int result = REAL(ftruncate)(descriptor, offset + length);
    tell(&call, result);
    return result == 0 ? 0 : errno;
}

int posix_fallocate64(int descriptor, off64_t offset, off64_t length) {
    return posix_fallocate(descriptor, offset, length);
}

int fsync(int descriptor) {
    if (!watcher) return REAL(fsync)(descriptor);
    // What is durable is the watcher's to say: the file itself needs no disk.
    WATCHED(int, 0, .kind = DISK_SYNC, DESCRIPTOR(descriptor))
}

int fdatasync(int descriptor) { return watcher ? fsync(descriptor) : REAL(fdatasync)(descriptor); }

int mkdir(const char *name, mode_t mode) {
    if (!watcher) return REAL(mkdir)(name, mode);
    WATCHED(int, REAL(mkdir)(name, mode), .kind = DISK_MKDIR, PATH(name))
}

int unlink(const char *name) {
    if (!watcher) return REAL(unlink)(name);
    WATCHED(int, REAL(unlink)(name), .kind = DISK_UNLINK, PATH(name))
}

int rmdir(const char *name) {
    if (!watcher) return REAL(rmdir)(name);
    WATCHED(int, REAL(rmdir)(name), .kind = DISK_RMDIR, PATH(name))
}

int rename(const char *name, const char *target) {
    if (!watcher) return REAL(rename)(name, target);
    WATCHED(int, REAL(rename)(name, target), .kind = DISK_RENAME, PATH(name), .target = target)
}

int link(const char *name, const char *target) {
    if (!watcher) return REAL(link)(name, target);
    WATCHED(int, REAL(link)(name, target), .kind = DISK_LINK, PATH(name), .target = target)
}

int statvfs(const char *name, struct statvfs *status) {
    int result = REAL(statvfs)(name, status);
    if (!watcher || result != 0) return result;
    struct disk_call call = {.kind = DISK_SPACE, PATH(name), .room = -1};
    ask(&call);
    if (call.room >= 0) status->f_bavail = status->f_bfree = (fsblkcnt_t)call.room / status->f_frsize;
    return 0;
}
