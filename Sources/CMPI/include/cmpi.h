// The few functions of MPI that ranks need, in a library that is looked for when it is wanted: nothing of MPI is needed
// to build the program, or to run it alone.
//
// Only Open MPI's binary interface is known, which its versions 3 to 5 share: MPI fixes names and meanings, not what a
// communicator, a type or a status is made of.
#ifndef ATTN_MPI_H
#define ATTN_MPI_H

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    ATTN_MPI_OK,
    ATTN_MPI_MISSING,  // there is no such library
    ATTN_MPI_FOREIGN,  // it is not Open MPI's, or lacks a function
    ATTN_MPI_FAILED,   // MPI reports an error
} attn_mpi_outcome;

// A transfer that was begun.
typedef struct attn_mpi_transfer attn_mpi_transfer;

// Finds the library, the first of these names that exists, and all that is needed in it. `text` says what was found, or
// what is wrong. Does nothing the second time.
attn_mpi_outcome attn_mpi_open(const char *const *names, size_t count, char *text, size_t capacity);

// Joins the world that mpirun or srun made; alone, a world of one. Everything below needs it. Calls must not overlap.
attn_mpi_outcome attn_mpi_start(int *rank, int *count, char *text, size_t capacity);

// The name of this rank's machine.
attn_mpi_outcome attn_mpi_host(char *text, size_t capacity);

// Begins to send or receive bytes, which stay where they are until the transfer is over. Up to 2^31 - 1 of them. Transfers
// between two ranks under the same tag are matched in the order in which they were begun.
attn_mpi_outcome attn_mpi_send(const void *bytes, size_t count, int to, int tag, attn_mpi_transfer **transfer);
attn_mpi_outcome attn_mpi_receive(void *bytes, size_t count, int from, int tag, attn_mpi_transfer **transfer);

// Lets transfers go on. Afterwards `*transfer` is null if it is over, and `*count` the number of bytes received.
attn_mpi_outcome attn_mpi_test(attn_mpi_transfer **transfer, size_t *count);

// Looks for a message under a tag that nobody receives yet: who sent it, or -1, and its number of bytes.
attn_mpi_outcome attn_mpi_probe(int tag, int *from, size_t *count);

// Why the last call failed.
void attn_mpi_failure(char *text, size_t capacity);

// Leaves the world, which every rank has to do, or ends it at once for all.
void attn_mpi_finish(void);
void attn_mpi_abort(int status);

#endif
