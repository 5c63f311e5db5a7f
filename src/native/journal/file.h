/* The journal's file: allocating blocks and mapping pieces of it. */
#ifndef MAPTRAIL_FILE_H
#define MAPTRAIL_FILE_H

#include "journal/tracer.h"

#define MT_FIRST_SLOTS 512ull
#define MT_PIECE_SLOTS 4096ull /* 512 KiB: mapped at a time under RLIMIT_AS */

/* The soft limit of an MT_RLIMIT_ resource; all ones: unlimited. */
uint64_t mt_soft_limit(int which);

/*
 * Allocates blocks for bytes [from, to), so that no store into the mapping meets a full disk (SIGBUS).
 * Returns enum mt_lost; MT_LOST_NOTHING on success.
 */
uint32_t mt_file_allocate(int fd, uint64_t from, uint64_t to);

/* Maps part of the file at `at`, without inheritance by fork or a place in core dumps; 1 on success. */
int mt_file_map(uint64_t at, uint64_t bytes, int fd, uint64_t offset);

#endif
