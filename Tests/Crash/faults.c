// Faults at the boundary where a program writes: preload this, and the N-th call below a folder goes wrong.
//
//   CRASH_ROOT     only paths and descriptors below this folder count
//   CRASH_AT       the call that goes wrong, from 1; 0 only counts
//   CRASH_KIND     before, after: the process dies there; torn: it dies with the write half done;
//                  short: writes return short counts; ENOSPC, EIO, EROFS, EDQUOT: calls fail
//   CRASH_SPAN     how many calls fail or are short; 0: all, until the file CRASH_OFF exists
//   CRASH_SEED     where a write is cut
//   CRASH_CALLS    file that gets a line per call: number, name, bytes, path
//   CRASH_JOURNAL  folder outside CRASH_ROOT, on the same file system: what a crash of the machine could take back,
//                  which machine.py reads
//
// One lock is held around each call, so that number, journal and effect have one order.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

// ---- Settings ----

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], journalFolder[PATH_MAX - 32];
static const char *kind = "", *offFile = "";
static long at, span, calls, kept;
static uint64_t state;
static int callsFile = -1, journal = -1, oldBytes = -1;

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static int outside(const char *path) {
    return *path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
}

__attribute__((constructor)) static void begin(void) {
    if (!realpath(setting("CRASH_ROOT"), root)) root[0] = 0;
    kind = setting("CRASH_KIND");
    offFile = setting("CRASH_OFF");
    at = atol(setting("CRASH_AT"));
    span = atol(setting("CRASH_SPAN"));
    state = (uint64_t)atoll(setting("CRASH_SEED")) * 2 + 1;
    callsFile = outside(setting("CRASH_CALLS"));
    snprintf(journalFolder, sizeof journalFolder, "%s", setting("CRASH_JOURNAL"));
    if (!*journalFolder) return;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/journal", journalFolder);
    journal = outside(path);
    snprintf(path, sizeof path, "%s/old", journalFolder);
    oldBytes = outside(path);
}

static size_t pick(size_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return below ? (size_t)(state >> 33) % below : 0;
}

// ---- Paths ----

static bool isBelow(const char *path) {
    size_t length = strlen(root);
    return length && strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static bool pathOf(int descriptor, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    return length > 0 && isBelow(path);
}

static bool resolve(int folder, const char *name, char *path) {
    if (!name) return false;
    char base[PATH_MAX] = "";
    if (name[0] == '/') return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX && isBelow(path);
    if (folder == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return false;
    } else {
        pathOf(folder, base);
    }
    return snprintf(path, PATH_MAX, "%s/%s", base, name) < PATH_MAX && isBelow(path);
}

static bool exists(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

// ---- The call that goes wrong ----

enum Sort { WRITES, SYNCS, MAKES, OTHERS };

struct Turn {
    bool counts, dies;
    int error;
    size_t length;
};

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

static int errorOf(const char *name) {
    if (strcmp(name, "ENOSPC") == 0) return ENOSPC;
    if (strcmp(name, "EIO") == 0) return EIO;
    if (strcmp(name, "EROFS") == 0) return EROFS;
    return strcmp(name, "EDQUOT") == 0 ? EDQUOT : 0;
}

static void tell(const char *call, const char *path, size_t length) {
    if (callsFile < 0) return;
    char line[PATH_MAX + 64];
    int size = snprintf(line, sizeof line, "%ld\t%s\t%zu\t%s\n", calls, call, length, path);
    (void)!syscall(SYS_write, callsFile, line, (size_t)size);
}

// Takes the lock where the call counts; `leave` gives it back.
static struct Turn enter(bool counts, enum Sort sort, const char *call, const char *path, size_t length) {
    struct Turn turn = {.counts = counts, .length = length};
    if (!counts) return turn;
    pthread_mutex_lock(&lock);
    calls += 1;
    tell(call, path, length);
    if (!at || calls < at) return turn;
    bool isSpanned = (span == 0 || calls < at + span) && syscall(SYS_faccessat, AT_FDCWD, offFile, F_OK) != 0;
    int error = errorOf(kind);
    if (error) {
        // Removing needs no room.
        bool needsRoom = error == ENOSPC || error == EDQUOT;
        if (isSpanned && !(needsRoom && sort == OTHERS)) turn.error = error;
    } else if (strcmp(kind, "short") == 0) {
        if (isSpanned && sort == WRITES && length > 1) turn.length = 1 + pick(length - 1);
    } else if (strcmp(kind, "torn") == 0) {
        // The first write from there on.
        if (sort == WRITES && length > 1) {
            turn.length = 1 + pick(length - 1);
            turn.dies = true;
        }
    } else if (calls == at && strcmp(kind, "before") == 0) {
        die();
    } else if (calls == at && strcmp(kind, "after") == 0) {
        turn.dies = true;
    }
    return turn;
}

static void leave(const struct Turn *turn) {
    int error = errno;
    if (turn->dies) die();
    if (turn->counts) pthread_mutex_unlock(&lock);
    errno = error;
}

// ---- The journal ----

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...) {
    char line[3 * PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    (void)!syscall(SYS_write, journal, line, (size_t)size);
}

// Keeps what a file holds from an offset on, at most so many bytes; gives where they are kept.
static void keepOld(int descriptor, off_t offset, size_t length, off_t *position, size_t *kept) {
    char bytes[1 << 16];
    *position = lseek(oldBytes, 0, SEEK_END);
    *kept = 0;
    while (*kept < length) {
        size_t wanted = length - *kept < sizeof bytes ? length - *kept : sizeof bytes;
        ssize_t count = syscall(SYS_pread64, descriptor, bytes, wanted, offset + (off_t)*kept);
        if (count <= 0) break;
        (void)!syscall(SYS_write, oldBytes, bytes, (size_t)count);
        *kept += (size_t)count;
    }
}

// Before bytes are written, or a file gets another size (`length` 0: all from the offset on is lost).
static void noteBytes(const char *what, int descriptor, const char *path, off_t offset, size_t length) {
    if (journal < 0) return;
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return;
    // Descriptors that are only written cannot be read from.
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    int readable = (int)syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC, 0);
    off_t position = 0;
    size_t kept = 0;
    size_t lost = length ? length : (status.st_size > offset ? (size_t)(status.st_size - offset) : 0);
    keepOld(readable, offset, lost, &position, &kept);
    if (readable >= 0) syscall(SYS_close, readable);
    note("%s\t%ju\t%jd\t%zu\t%jd\t%jd\t%zu\t%s\n", what, (uintmax_t)status.st_ino, (intmax_t)offset, length,
         (intmax_t)status.st_size, (intmax_t)position, kept, path);
}

static void noteSync(int descriptor, const char *path) {
    struct stat status;
    if (journal < 0 || fstat(descriptor, &status) != 0) return;
    note("%s\t%ju\t%s\n", S_ISDIR(status.st_mode) ? "syncfolder" : "sync", (uintmax_t)status.st_ino, path);
}

// Before a name goes away: its file stays under another name, so that it can come back.
static long keepName(const char *path) {
    if (journal < 0) return 0;
    char aside[PATH_MAX];
    snprintf(aside, sizeof aside, "%s/%ld", journalFolder, ++kept);
    return syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, aside, 0) == 0 ? kept : 0;
}

// ---- Writing ----

static off_t place(int descriptor) {
    struct stat status;
    if (fcntl(descriptor, F_GETFL) & O_APPEND) return fstat(descriptor, &status) == 0 ? status.st_size : 0;
    off_t offset = lseek(descriptor, 0, SEEK_CUR);
    return offset < 0 ? 0 : offset;
}

#define FAILED(turn) ((turn).error ? (errno = (turn).error, true) : false)

ssize_t write(int descriptor, const void *bytes, size_t length) {
    char path[PATH_MAX];
    struct Turn turn = enter(pathOf(descriptor, path), WRITES, "write", path, length);
    ssize_t result = -1;
    if (!FAILED(turn)) {
        if (turn.counts) noteBytes("bytes", descriptor, path, place(descriptor), turn.length);
        result = REAL(write)(descriptor, bytes, turn.length);
    }
    leave(&turn);
    return result;
}

static ssize_t positioned(const char *call, int descriptor, const void *bytes, size_t length, off_t offset) {
    char path[PATH_MAX];
    struct Turn turn = enter(pathOf(descriptor, path), WRITES, call, path, length);
    ssize_t result = -1;
    if (!FAILED(turn)) {
        if (turn.counts) noteBytes("bytes", descriptor, path, offset, turn.length);
        result = REAL(pwrite)(descriptor, bytes, turn.length, offset);
    }
    leave(&turn);
    return result;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    return positioned("pwrite", descriptor, bytes, length, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    return positioned("pwrite64", descriptor, bytes, length, offset);
}

// Vectors become single writes: short counts are allowed, and a caller that forgets so is found.
ssize_t writev(int descriptor, const struct iovec *vector, int count) {
    char path[PATH_MAX];
    if (count <= 0 || !pathOf(descriptor, path)) return REAL(writev)(descriptor, vector, count);
    return write(descriptor, vector[0].iov_base, vector[0].iov_len);
}

ssize_t pwritev(int descriptor, const struct iovec *vector, int count, off_t offset) {
    char path[PATH_MAX];
    if (count <= 0 || !pathOf(descriptor, path)) return REAL(pwritev)(descriptor, vector, count, offset);
    return positioned("pwritev", descriptor, vector[0].iov_base, vector[0].iov_len, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec *vector, int count, off64_t offset) {
    return pwritev(descriptor, vector, count, offset);
}

static int resized(const char *call, int descriptor, off_t size) {
    char path[PATH_MAX];
    struct Turn turn = enter(pathOf(descriptor, path), WRITES, call, path, 0);
    int result = -1;
    if (!FAILED(turn)) {
        if (turn.counts) noteBytes("size", descriptor, path, size, 0);
        result = REAL(ftruncate)(descriptor, size);
    }
    leave(&turn);
    return result;
}

int ftruncate(int descriptor, off_t size) { return resized("ftruncate", descriptor, size); }
int ftruncate64(int descriptor, off64_t size) { return resized("ftruncate64", descriptor, size); }

static int allocated(const char *call, int descriptor, off_t offset, off_t length) {
    char path[PATH_MAX];
    struct Turn turn = enter(pathOf(descriptor, path), WRITES, call, path, 0);
    // It returns its error, and leaves `errno` alone.
    int result = turn.error ? turn.error : REAL(posix_fallocate)(descriptor, offset, length);
    leave(&turn);
    return result;
}

int posix_fallocate(int descriptor, off_t offset, off_t length) {
    return allocated("posix_fallocate", descriptor, offset, length);
}

int posix_fallocate64(int descriptor, off64_t offset, off64_t length) {
    return allocated("posix_fallocate64", descriptor, offset, length);
}

// ---- Synchronising ----

static int synchronised(const char *call, int descriptor, int (*synchronise)(int)) {
    char path[PATH_MAX];
    struct Turn turn = enter(pathOf(descriptor, path), SYNCS, call, path, 0);
    int result = FAILED(turn) ? -1 : synchronise(descriptor);
    if (turn.counts && result == 0) noteSync(descriptor, path);
    leave(&turn);
    return result;
}

int fsync(int descriptor) { return synchronised("fsync", descriptor, REAL(fsync)); }
int fdatasync(int descriptor) { return synchronised("fdatasync", descriptor, REAL(fdatasync)); }

// ---- Names ----

static int opened(const char *call, int folder, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    bool counts = flags & (O_CREAT | O_TRUNC) && resolve(folder, name, path);
    bool isNew = counts && !exists(path);
    // Opening a file that exists needs no room.
    struct Turn turn = enter(counts, isNew ? MAKES : OTHERS, call, path, 0);
    int result = -1;
    if (!FAILED(turn)) {
        if (counts && !isNew && flags & O_TRUNC) {
            int old = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
            if (old >= 0) noteBytes("size", old, path, 0, 0);
            if (old >= 0) syscall(SYS_close, old);
        }
        result = (int)syscall(SYS_openat, folder, name, flags, mode);
        if (isNew && result >= 0 && journal >= 0) note("create\t%s\n", path);
    }
    leave(&turn);
    return result;
}

#define MODE(flags, mode)                              \
    mode_t mode = 0;                                   \
    if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) { \
        va_list arguments;                             \
        va_start(arguments, flags);                    \
        mode = va_arg(arguments, mode_t);              \
        va_end(arguments);                             \
    }

int open(const char *name, int flags, ...) {
    MODE(flags, mode)
    return opened("open", AT_FDCWD, name, flags, mode);
}

int open64(const char *name, int flags, ...) {
    MODE(flags, mode)
    return opened("open64", AT_FDCWD, name, flags, mode);
}

int openat(int folder, const char *name, int flags, ...) {
    MODE(flags, mode)
    return opened("openat", folder, name, flags, mode);
}

int openat64(int folder, const char *name, int flags, ...) {
    MODE(flags, mode)
    return opened("openat64", folder, name, flags, mode);
}

int creat(const char *name, mode_t mode) {
    return opened("creat", AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

// glibc makes the file itself, unseen from here: so do it in its stead.
static int temporary(char *template, int suffix, int flags) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    size_t length = strlen(template);
    if (length < 6 + (size_t)suffix) return errno = EINVAL, -1;
    for (int attempt = 0; attempt < 10000; attempt += 1) {
        for (size_t index = 0; index < 6; index += 1) {
            uint64_t word = 0;
            syscall(SYS_getrandom, &word, sizeof word, 0);
            template[length - 6 - (size_t)suffix + index] = letters[word % (sizeof letters - 1)];
        }
        int result = opened("mkstemp", AT_FDCWD, template, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
        if (result >= 0 || errno != EEXIST) return result;
    }
    return -1;
}

int mkstemp(char *template) { return temporary(template, 0, 0); }
int mkstemp64(char *template) { return temporary(template, 0, 0); }
int mkostemp(char *template, int flags) { return temporary(template, 0, flags); }
int mkstemps(char *template, int suffix) { return temporary(template, suffix, 0); }
int mkostemps(char *template, int suffix, int flags) { return temporary(template, suffix, flags); }

static int folderMade(const char *call, int folder, const char *name, mode_t mode) {
    char path[PATH_MAX];
    // One that exists needs no room: it is refused for that first.
    bool counts = resolve(folder, name, path);
    struct Turn turn = enter(counts, counts && exists(path) ? OTHERS : MAKES, call, path, 0);
    int result = FAILED(turn) ? -1 : (int)syscall(SYS_mkdirat, folder, name, mode);
    if (turn.counts && result == 0 && journal >= 0) note("mkdir\t%s\n", path);
    leave(&turn);
    return result;
}

int mkdir(const char *name, mode_t mode) { return folderMade("mkdir", AT_FDCWD, name, mode); }
int mkdirat(int folder, const char *name, mode_t mode) { return folderMade("mkdirat", folder, name, mode); }

static int removed(const char *call, int folder, const char *name, int flags) {
    char path[PATH_MAX];
    struct Turn turn = enter(resolve(folder, name, path), OTHERS, call, path, 0);
    int result = -1;
    if (!FAILED(turn)) {
        long aside = turn.counts && !(flags & AT_REMOVEDIR) ? keepName(path) : 0;
        result = (int)syscall(SYS_unlinkat, folder, name, flags);
        if (turn.counts && result == 0 && journal >= 0) {
            note(flags & AT_REMOVEDIR ? "rmdir\t%s\n" : "unlink\t%s\t%ld\n", path, aside);
        }
    }
    leave(&turn);
    return result;
}

int unlink(const char *name) { return removed("unlink", AT_FDCWD, name, 0); }
int rmdir(const char *name) { return removed("rmdir", AT_FDCWD, name, AT_REMOVEDIR); }
int unlinkat(int folder, const char *name, int flags) { return removed("unlinkat", folder, name, flags); }

int remove(const char *name) {
    struct stat status;
    bool isFolder = lstat(name, &status) == 0 && S_ISDIR(status.st_mode);
    return removed("remove", AT_FDCWD, name, isFolder ? AT_REMOVEDIR : 0);
}

static int renamed(
    const char *call, int folder, const char *name, int toFolder, const char *toName, unsigned flags) {
    char path[PATH_MAX], toPath[PATH_MAX];
    bool isFrom = resolve(folder, name, path), isTo = resolve(toFolder, toName, toPath);
    struct Turn turn = enter(isFrom || isTo, MAKES, call, toPath, 0);
    int result = -1;
    if (!FAILED(turn)) {
        long aside = turn.counts ? keepName(toPath) : 0;
        result = (int)syscall(SYS_renameat2, folder, name, toFolder, toName, flags);
        if (turn.counts && result == 0 && journal >= 0) note("rename\t%s\t%s\t%ld\n", path, toPath, aside);
    }
    leave(&turn);
    return result;
}

int rename(const char *name, const char *toName) {
    return renamed("rename", AT_FDCWD, name, AT_FDCWD, toName, 0);
}

int renameat(int folder, const char *name, int toFolder, const char *toName) {
    return renamed("renameat", folder, name, toFolder, toName, 0);
}

int renameat2(int folder, const char *name, int toFolder, const char *toName, unsigned flags) {
    return renamed("renameat2", folder, name, toFolder, toName, flags);
}

static int linked(const char *call, int folder, const char *name, int toFolder, const char *toName, int flags) {
    char path[PATH_MAX];
    struct Turn turn = enter(resolve(toFolder, toName, path), MAKES, call, path, 0);
    int result = FAILED(turn) ? -1 : (int)syscall(SYS_linkat, folder, name, toFolder, toName, flags);
    if (turn.counts && result == 0 && journal >= 0) note("create\t%s\n", path);
    leave(&turn);
    return result;
}

int link(const char *name, const char *toName) { return linked("link", AT_FDCWD, name, AT_FDCWD, toName, 0); }

int linkat(int folder, const char *name, int toFolder, const char *toName, int flags) {
    return linked("linkat", folder, name, toFolder, toName, flags);
}
