#ifndef ATTNRL_PROCESSORS_H
#define ATTNRL_PROCESSORS_H

#include <stdbool.h>

// Which processor a thread runs on.

// The calling thread's processor.
int attn_current_processor(void);

// Moves the calling thread to a processor that is none of these, if it may use one. Afterwards the system may put it on any
// that it may use, as before.
void attn_leave_processors(const int *taken, int count);

#endif
