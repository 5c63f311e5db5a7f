/* Inspects the file that an exec is about to run: why its program may not be recorded. */
#ifndef MAPTRAIL_TARGET_H
#define MAPTRAIL_TARGET_H

#include <stdint.h>

/* MT_TARGET_ bits of the program at `path`, relative to the directory `dirfd`; follows #! lines. 0: unknown. */
uint32_t mt_target_inspect(int dirfd, const char *path);

#endif
