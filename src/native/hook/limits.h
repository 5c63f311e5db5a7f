/* Calls that limit what the hook itself may do in the process. */
#ifndef MAPTRAIL_LIMITS_H
#define MAPTRAIL_LIMITS_H

#include "journal/tracer.h"
#include "patch/stubs.h"

/* Makes a call that installs a seccomp filter. From then on a system call of the hook's own could kill the program. */
void mt_seal(struct mt_tracer *tracer, struct mt_frame *frame);

/* Before setrlimit, prlimit64 or mlockall: a limit on address space, or on locked memory, would count slots mapped ahead. */
void mt_before_limit(struct mt_tracer *tracer, const struct mt_frame *frame);

#endif
