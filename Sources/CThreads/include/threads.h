// Calls to the system's scheduler and to the C library that cannot be made from Swift.
#ifndef ATTN_THREADS_H
#define ATTN_THREADS_H

// The calling thread's processor.
int attn_current_processor(void);

// Moves the calling thread to a processor that is none of these, if it may use one. Afterwards the system may put it on any
// that it may use, as before.
void attn_leave_processors(const int *taken, int count);

// Gives the calling thread slices of this many microseconds, from 100 to 100,000. Linux from 6.12 on lets a thread that wakes
// go before one that runs if its slices are shorter and it has not had more of the processor than is due to it. Other
// systems change nothing.
void attn_set_slice(unsigned microseconds);

// Gives pages of the heap on which nothing is left back to the system. Other threads that allocate may wait meanwhile.
void attn_return_freed_memory(void);

#endif
