/* The end of an address space: execve, execveat and exit_group. */
#ifndef MAPTRAIL_EXEC_H
#define MAPTRAIL_EXEC_H

#include "hook/outcome.h"
#include "journal/tracer.h"
#include "patch/stubs.h"

enum mt_outcome mt_record_exec(struct mt_tracer *tracer, struct mt_frame *frame);

/* Before exit_group: the process's last maps, and a record of the call, which never returns. */
void mt_record_exit(struct mt_tracer *tracer, const struct mt_frame *frame);

#endif
