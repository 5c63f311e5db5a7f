/* The journal's file and its place in memory, for journal.c, which opens it, and journal-room.c, which makes room in it. */
#ifndef MAPTRAIL_JOURNAL_FILE_H
#define MAPTRAIL_JOURNAL_FILE_H

#include "journal.h"

#define MT_FIRST_SLOTS 512ull
#define MT_PIECE_SLOTS 4096ull /* 512 KiB at a time where address space is limited */

/* RLIMIT_AS and the like; all ones where there is none. */
uint64_t mt_soft_limit(int which);

/* Gives the file room for bytes [from, to): a write into a mapping must never meet a full disk. Returns why not, or 0. */
uint32_t mt_file_allocate(int fd, uint64_t from, uint64_t to);

/* Part of the file at a place behind the tool's base, not inherited and not dumped; 1 when that worked. */
int mt_file_map(uint64_t at, uint64_t bytes, int fd, uint64_t offset);

#endif
