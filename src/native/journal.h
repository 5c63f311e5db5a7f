/* The journal's writer: draws slots, grows the file, survives forks. Takes no lock on the way of a call. */
#ifndef MAPTRAIL_JOURNAL_H
#define MAPTRAIL_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "record.h"
#include "sys.h"

#define MT_DIRECTORY_MAX 384
#define MT_PATHS_KNOWN 512
#define MT_ARENAS 16
#define MT_ARENA_OFFSET 0x80000ull /* where in the tool's region arenas go, as a hint */
#define MT_SCRATCH_BYTES 8192
#define MT_JOURNAL_OFFSET 0x400000ull /* of header and slots in the region; before it lie the tables of modules.c */
#define MT_SLOTS_MAX (1ull << 33)     /* 1 TiB of address space at once; page tables only where it is used */

/* Memory that holds the environment of an exec by a child that shares this address space. */
struct mt_arena {
	uint64_t base, length;
	uint32_t tid;
};

/*
 * All that changes while a process is recorded. It lies in one mapping with
 * MADV_WIPEONFORK: a forked child, however it was made, finds it zeroed and
 * knows by `ready` that it has no journal yet.
 */
struct mt_tracer {
	uint32_t ready;
	uint32_t pid;
	struct mt_header *header;
	uint64_t base;   /* address of slot 0; every slot has its place behind it, mapped or not */
	uint64_t mapped; /* slots below this are mapped, unless released */
	uint32_t lock;   /* holds the journal's growth */
	uint32_t shared; /* children that share this thread's memory and thread-local storage may be running */
	uint32_t sealed; /* the program installed a seccomp filter: no system call of our own any more */
	uint32_t scratch_lock;
	uint64_t released; /* slots below this are unmapped again */
	struct mt_arena arenas[MT_ARENAS];
	uint64_t paths[MT_PATHS_KNOWN];
	char file[MT_DIRECTORY_MAX + 64];
	char scratch[MT_SCRATCH_BYTES];
};

/* Where slot `slots` begins in the file; or the size of a file with so many. */
static inline uint64_t mt_slots_to_bytes(uint64_t slots)
{
	return MT_HEADER_SIZE + slots * MT_RECORD_SIZE;
}

struct mt_unwind;
struct mt_stack_ids;

/* What stays the same from the constructor on, and is inherited by forked children. */
struct mt_config {
	struct mt_tracer *tracer; /* null: not recording */
	uint64_t tool_base, tool_length;
	uint64_t library_base, library_length;
	uint32_t parent_pid;    /* of the process whose journal was open last */
	uint64_t parent_open_tsc;
	struct mt_unwind *unwind;       /* null: no stacks are kept */
	struct mt_stack_ids *stack_ids; /* zeroed in a forked child, as the tracer is */
	uint32_t stacks;                /* enum mt_stacks */
	uint32_t directory_bytes;
	char directory[MT_DIRECTORY_MAX];
};

extern struct mt_config mt_config __attribute__((visibility("hidden")));

/* Maps exactly at `at`, or fails: never elsewhere, where the program's memory would come to lie differently. */
long mt_map_at(uint64_t at, uint64_t length, int prot, int flags, int fd, uint64_t offset);

/* Maps the state; 1 when that worked. Called once, by the constructor. */
int mt_tracer_create(void);

/* Opens this process's journal; 1 when it is ready. */
int mt_journal_open(struct mt_tracer *tracer, uint32_t features);

/* The slow part of mt_draw: gives a slot room in the file and in memory; 0 when there is none to be had. */
int mt_journal_grow(struct mt_tracer *tracer, uint64_t slot);

/* Unmaps what the recorder has drained, now and then: a recording of days must not keep its page tables. */
void mt_journal_release(struct mt_tracer *tracer);

/* Maps the pages behind the ones in use before anyone touches them: a page fault each costs more. */
#define MT_POPULATED_SLOTS 512ull
void mt_journal_populate(struct mt_tracer *tracer, uint64_t slot);

/* Before the program limits its address space, or locks it: keeps no more mapped than is in use. */
void mt_journal_shrink(struct mt_tracer *tracer);

void mt_lose(struct mt_tracer *tracer, uint32_t reason);

/* The calling thread's id, cached where that is safe; 0 when it cannot be asked for. */
uint32_t mt_tid(struct mt_tracer *tracer);
void mt_tid_forget(void);

/* A new record, or null when there is no room: then the call is counted as lost. */
static inline struct mt_record *mt_draw(struct mt_tracer *tracer, uint64_t *slot)
{
	struct mt_header *header = tracer->header;
	uint64_t s = __atomic_fetch_add(&header->cursor, 1, __ATOMIC_ACQ_REL);
	*slot = s;
	if (__builtin_expect(s >= __atomic_load_n(&header->limit, __ATOMIC_ACQUIRE) ||
				     s >= __atomic_load_n(&tracer->mapped, __ATOMIC_ACQUIRE), 0) &&
	    !mt_journal_grow(tracer, s))
		return 0;
	return (struct mt_record *)(tracer->base + s * MT_RECORD_SIZE);
}

/* Makes a filled record visible as whole. */
static inline void mt_finish(struct mt_record *record)
{
	__atomic_store_n(&record->state, MT_STATE_DONE, __ATOMIC_RELEASE);
}

#endif
