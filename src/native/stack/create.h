/* Setting up the stack walk, once, in the constructor. */
#ifndef MAPTRAIL_CREATE_H
#define MAPTRAIL_CREATE_H

#include <stdint.h>

/* Sets mt_config.stacks from the journal directory and maps the tables. `initial_sp` is where the kernel put argc. */
void mt_stack_create(uint64_t initial_sp);

#endif
