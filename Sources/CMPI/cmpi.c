#include "cmpi.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// What the binary interface of Open MPI consists of: handles are addresses, of objects that the library exports where
// they are constants.
typedef struct ompi_object *ompi_handle;
typedef struct {
    int source, tag, error;
    int cancelled;
    size_t count;  // in bytes
} ompi_status;

enum { SERIALIZED = 2, ANY_SOURCE = -1 };

static struct {
    void *library;
    ompi_handle world, byte, errors_return;
    int last;
    int (*init_thread)(int *, char ***, int, int *);
    int (*initialized)(int *);
    int (*finalized)(int *);
    int (*comm_rank)(ompi_handle, int *);
    int (*comm_size)(ompi_handle, int *);
    int (*set_errhandler)(ompi_handle, ompi_handle);
    int (*isend)(const void *, int, ompi_handle, int, int, ompi_handle, attn_mpi_transfer **);
    int (*irecv)(void *, int, ompi_handle, int, int, ompi_handle, attn_mpi_transfer **);
    int (*test)(attn_mpi_transfer **, int *, ompi_status *);
    int (*probe)(int, int, ompi_handle, int *, ompi_status *);
    int (*processor_name)(char *, int *);
    int (*library_version)(char *, int *);
    int (*error_string)(int, char *, int *);
    int (*finalize)(void);
    int (*abort)(ompi_handle, int);
} mpi;

// More than any MPI_MAX_..._STRING of Open MPI, of which the longest, a library's version, is 256.
enum { LONGEST_TEXT = 1024 };

static attn_mpi_outcome outcome(int status) {
    mpi.last = status;
    return status == 0 ? ATTN_MPI_OK : ATTN_MPI_FAILED;
}

// Looks up one symbol, and remembers the first that is missing.
static void *find(const char *name, const char **missing) {
    void *found = dlsym(mpi.library, name);
    if (!found && !*missing) *missing = name;
    return found;
}

static const char *find_all(void) {
    const char *missing = NULL;
    mpi.world = (ompi_handle)find("ompi_mpi_comm_world", &missing);
    mpi.byte = (ompi_handle)find("ompi_mpi_byte", &missing);
    mpi.errors_return = (ompi_handle)find("ompi_mpi_errors_return", &missing);
    *(void **)&mpi.init_thread = find("MPI_Init_thread", &missing);
    *(void **)&mpi.initialized = find("MPI_Initialized", &missing);
    *(void **)&mpi.finalized = find("MPI_Finalized", &missing);
    *(void **)&mpi.comm_rank = find("MPI_Comm_rank", &missing);
    *(void **)&mpi.comm_size = find("MPI_Comm_size", &missing);
    *(void **)&mpi.set_errhandler = find("MPI_Comm_set_errhandler", &missing);
    *(void **)&mpi.isend = find("MPI_Isend", &missing);
    *(void **)&mpi.irecv = find("MPI_Irecv", &missing);
    *(void **)&mpi.test = find("MPI_Test", &missing);
    *(void **)&mpi.probe = find("MPI_Iprobe", &missing);
    *(void **)&mpi.processor_name = find("MPI_Get_processor_name", &missing);
    *(void **)&mpi.library_version = find("MPI_Get_library_version", &missing);
    *(void **)&mpi.error_string = find("MPI_Error_string", &missing);
    *(void **)&mpi.finalize = find("MPI_Finalize", &missing);
    *(void **)&mpi.abort = find("MPI_Abort", &missing);
    return missing;
}

attn_mpi_outcome attn_mpi_open(const char *const *names, size_t count, char *text, size_t capacity) {
    if (!mpi.library) {
        for (size_t i = 0; i < count && !mpi.library; i++) {
            // Global: Open MPI's own plug-ins look for its symbols among those of the program.
            mpi.library = dlopen(names[i], RTLD_NOW | RTLD_GLOBAL);
            if (mpi.library) break;
            // Of several names, what is wrong with a file that is there says more than that others are not.
            const char *error = dlerror();
            const bool is_absent = strncmp(error, names[i], strlen(names[i])) == 0 && strstr(error, "cannot open shared object");
            if (i == 0 || !is_absent) snprintf(text, capacity, "%s", error);
        }
        if (!mpi.library) return ATTN_MPI_MISSING;
        const char *missing = find_all();
        if (missing) {
            snprintf(text, capacity, "it has no %s", missing);
            dlclose(mpi.library);
            mpi.library = NULL;
            return ATTN_MPI_FOREIGN;
        }
    }
    char version[LONGEST_TEXT] = "";
    int length = 0;
    mpi.library_version(version, &length);
    version[strcspn(version, ",\n")] = 0;
    snprintf(text, capacity, "%s", version);
    return ATTN_MPI_OK;
}

attn_mpi_outcome attn_mpi_start(int *rank, int *count, char *text, size_t capacity) {
    int is_started = 0, provided = 0;
    attn_mpi_outcome result = outcome(mpi.initialized(&is_started));
    if (result == ATTN_MPI_OK && !is_started) {
        result = outcome(mpi.init_thread(NULL, NULL, SERIALIZED, &provided));
        if (result == ATTN_MPI_OK && provided < SERIALIZED) {
            snprintf(text, capacity, "it cannot be called from several threads");
            return ATTN_MPI_FOREIGN;
        }
    }
    if (result == ATTN_MPI_OK) result = outcome(mpi.set_errhandler(mpi.world, mpi.errors_return));
    if (result == ATTN_MPI_OK) result = outcome(mpi.comm_rank(mpi.world, rank));
    if (result == ATTN_MPI_OK) result = outcome(mpi.comm_size(mpi.world, count));
    if (result != ATTN_MPI_OK) attn_mpi_failure(text, capacity);
    return result;
}

attn_mpi_outcome attn_mpi_host(char *text, size_t capacity) {
    char name[LONGEST_TEXT] = "";
    int length = 0;
    const attn_mpi_outcome result = outcome(mpi.processor_name(name, &length));
    snprintf(text, capacity, "%s", name);
    return result;
}

attn_mpi_outcome attn_mpi_send(const void *bytes, size_t count, int to, int tag, attn_mpi_transfer **transfer) {
    if (count > INT_MAX) return ATTN_MPI_FAILED;
    return outcome(mpi.isend(bytes, (int)count, mpi.byte, to, tag, mpi.world, transfer));
}

attn_mpi_outcome attn_mpi_receive(void *bytes, size_t count, int from, int tag, attn_mpi_transfer **transfer) {
    if (count > INT_MAX) return ATTN_MPI_FAILED;
    return outcome(mpi.irecv(bytes, (int)count, mpi.byte, from, tag, mpi.world, transfer));
}

attn_mpi_outcome attn_mpi_test(attn_mpi_transfer **transfer, size_t *count) {
    int is_over = 0;
    ompi_status status = { 0 };
    const attn_mpi_outcome result = outcome(mpi.test(transfer, &is_over, &status));
    if (result == ATTN_MPI_OK && is_over) {
        *transfer = NULL;
        *count = status.count;
    }
    return result;
}

attn_mpi_outcome attn_mpi_probe(int tag, int *from, size_t *count) {
    int is_there = 0;
    ompi_status status = { 0 };
    const attn_mpi_outcome result = outcome(mpi.probe(ANY_SOURCE, tag, mpi.world, &is_there, &status));
    *from = result == ATTN_MPI_OK && is_there ? status.source : -1;
    *count = status.count;
    return result;
}

void attn_mpi_failure(char *text, size_t capacity) {
    char reason[LONGEST_TEXT] = "";
    int length = 0;
    if (mpi.last != 0) mpi.error_string(mpi.last, reason, &length);
    snprintf(text, capacity, "%s", reason);
}

void attn_mpi_finish(void) {
    int is_started = 0, is_over = 0;
    if (!mpi.library) return;
    mpi.initialized(&is_started);
    mpi.finalized(&is_over);
    if (is_started && !is_over) mpi.finalize();
}

void attn_mpi_abort(int status) {
    if (mpi.library) mpi.abort(mpi.world, status);
}
