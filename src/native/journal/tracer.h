/* The state of one recorded process: where its journal is, its thread ids, and what was configured at start. */
#ifndef MAPTRAIL_TRACER_H
#define MAPTRAIL_TRACER_H

#include <stddef.h>
#include <stdint.h>

#include "record.h"
#include "sys.h"

#define MT_DIRECTORY_MAX 384
#define MT_PATHS_KNOWN 512
#define MT_ARENAS 16
#define MT_SCRATCH_BYTES 8192
#define MT_SLOTS_MAX (1ull << 33) /* 1 TiB of address space, reserved at once; page tables exist for what is touched */

/*
 * The tool's region of the address space, by offset from mt_config.tool_base. The parts lie close
 * together so that they share page tables.
 *
 *   0         struct mt_tracer
 *   0x20000   struct mt_space, the modules and unwind rules (stack/space/state.h)
 *   0x80000   environments of running execs (hook/arenas.c); a hint, the kernel may place them elsewhere
 *   0x100000  struct mt_known_stacks, the stacks in this journal (stack/known-stacks.h)
 *   0x400000  the journal: its header, then its slots
 */
#define MT_SPACE_OFFSET 0x20000ull
#define MT_ARENA_OFFSET 0x80000ull
#define MT_KNOWN_STACKS_OFFSET 0x100000ull
#define MT_JOURNAL_OFFSET 0x400000ull

/* The environment of an exec, made by a child that shares this address space; `tid` 0: the entry is free. */
struct mt_arena {
	uint64_t base, length;
	uint32_t tid;
};

/*
 * All that changes while a process is recorded. Its pages have MADV_WIPEONFORK: a forked child,
 * however it was made, finds zeros, and `ready` == 0 says that it has no journal yet.
 */
struct mt_tracer {
	uint32_t ready;
	uint32_t pid;
	struct mt_header *header;
	uint64_t base;   /* address of slot 0; slot n is at base + n * MT_RECORD_SIZE whether mapped or not */
	uint64_t mapped; /* watermark: slots below it are mapped, except those below `released` */
	uint32_t lock;   /* the growth lock, see room.c */
	uint32_t shared; /* > 0: children that share this thread's memory and thread-local storage may be running */
	uint32_t sealed; /* the program installed a seccomp filter: the hook makes no system call any more */
	uint32_t scratch_lock;
	uint64_t released; /* watermark: slots below it were drained and are unmapped again */
	struct mt_arena arenas[MT_ARENAS];
	uint64_t paths[MT_PATHS_KNOWN]; /* keys of path texts already in the journal, by hash */
	char file[MT_DIRECTORY_MAX + 64];
	char scratch[MT_SCRATCH_BYTES];
};

/* Set by the constructor; a forked child inherits it unchanged. */
struct mt_config {
	struct mt_tracer *tracer; /* null: not recording */
	uint64_t tool_base, tool_length;
	uint64_t library_base, library_length;
	uint32_t parent_pid;      /* of the process that opened a journal last: the parent's, in a forked child */
	uint64_t parent_open_tsc;
	uint32_t stacks;          /* enum mt_stacks */
	uint32_t directory_bytes;
	char directory[MT_DIRECTORY_MAX]; /* the journal directory */
};

extern struct mt_config mt_config __attribute__((visibility("hidden")));

/* Byte offset of slot `slots` in the file, which is also the size of a file with that many slots. */
static inline uint64_t mt_slots_to_bytes(uint64_t slots)
{
	return MT_HEADER_SIZE + slots * MT_RECORD_SIZE;
}

/* Maps at exactly `at`, or fails: a mapping elsewhere would change where the program's own mappings go. */
long mt_map_at(uint64_t at, uint64_t length, int prot, int flags, int fd, uint64_t offset);

/* Maps the tracer, once, in the constructor; 1 on success. */
int mt_tracer_create(void);

/* Counts a record that found no room; header.lost_reason keeps the first reason. */
void mt_count_lost(struct mt_tracer *tracer, uint32_t reason);

/* The calling thread's id, cached where the cache is safe; 0 when sealed before it was known. */
uint32_t mt_tid(struct mt_tracer *tracer);
void mt_tid_forget(void);

#endif
