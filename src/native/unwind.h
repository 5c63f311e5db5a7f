/* Call stacks: who asked for a call, as a number that stands for all frames. */
#ifndef MAPTRAIL_UNWIND_H
#define MAPTRAIL_UNWIND_H

#include "cfi.h"
#include "journal.h"

#define MT_MODULES_MAX 1024
#define MT_PATH_ARENA 0x20000
#define MT_RULES 4096
#define MT_FIRST_RULES 256
#define MT_WATCHED_BYTES 8192
#define MT_TABLE_PAGES 64
#define MT_LINE_MAX 4400
#define MT_WORKSPACES 16
#define MT_FIRST_STACKS 256
#define MT_MORE_STACKS 4096
#define MT_MOST_STACKS 65536

/* One executable mapping of a file. Entries are added and never moved; its number is its place, from 1. */
struct mt_module {
	uint64_t start, end;
	uint64_t bias; /* run-time address less ELF virtual address */
	uint64_t head; /* where the ELF header is mapped; 0 unknown */
	uint64_t offset, inode;
	struct mt_table table;
	uint64_t shift; /* run-time address less the one that the table speaks of: not 0 where a runtime moved code */
	uint32_t dev, path; /* place of the path in mt_unwind.paths */
	uint32_t alive;     /* 0: unmapped again */
	uint32_t reserved;
};

/* A cached rule; `check` is `rule ^ key`, so that halves of two entries never pass for one. */
struct mt_cached {
	uint64_t check, rule;
};

/* What is known of the address space. A forked child's is the same, so it inherits this. */
struct mt_unwind {
	uint32_t mapped;      /* counts what may have brought or taken a module */
	uint32_t seen;        /* `mapped` when the maps were read last */
	uint32_t lost_stacks; /* counts what may have made a stack's memory unreadable */
	uint32_t reader_pid;  /* who reads the maps; one that is not alive in this process holds nothing */
	uint32_t module_count;
	uint32_t path_bytes;
	uint64_t stack_low, stack_high; /* of the first thread */
	uint64_t initial_sp;
	uint64_t head, head_inode; /* of the file whose mappings are being read */
	uint32_t head_dev, line_bytes;
	uint64_t table_pages[MT_TABLE_PAGES]; /* known to be readable: address | low bits of `mapped` */
	uint8_t watched[MT_WATCHED_BYTES]; /* by 64 KiB of address, hashed: a module or a stack lies there */
	struct mt_cached first_rules[MT_FIRST_RULES]; /* of short processes these are enough */
	struct mt_module modules[MT_MODULES_MAX];
	struct mt_cached rules[MT_RULES];
	char paths[MT_PATH_ARENA];
	char line[MT_LINE_MAX];
};

struct mt_known_stack {
	uint64_t hash;
	uint32_t id, reserved;
};

/* A stack of the tool's own, for work that a small signal stack has no room for. */
#define MT_WORKSPACE_BYTES 16384
struct mt_workspace {
	uint64_t words[MT_WORKSPACE_BYTES / 8 - 2];
	uint32_t taken;
	uint32_t reserved[3];
};

/* A frame of the walk before: at the same stack pointer with the same address it has the same rule. */
struct mt_seen {
	uint64_t sp, pc, rule;
};

/* A word that a walk has read for more than its next address; `at` 0 is the register rbp at the call. */
struct mt_guard {
	uint64_t at, value;
};

/* A walk that a thread made before, and the one that is being made. Most of a stack is what it was a moment ago. */
#define MT_MEMOS 64
#define MT_MEMOS_OF_THREAD 8
#define MT_GUARDS 8
struct mt_memo {
	uint32_t taken;
	uint32_t mapped;  /* mt_unwind.mapped for which the rules hold */
	uint32_t current; /* which of the two is the last one; it ends with a stack pointer of ~0 */
	uint32_t id;      /* of the last walk's stack, where the same words make the same walk; else 0 */
	uint32_t count, guard_count, is_plain, reserved;
	uint64_t pc, sp; /* where it began */
	struct mt_guard guards[MT_GUARDS];
	struct mt_seen seen[2][MT_STACK_DEPTH + 2];
};

/* What belongs to one journal: a forked child starts with none of it. */
struct mt_stack_ids {
	uint32_t next; /* ids given out */
	uint32_t reserved;
	uint8_t announced[MT_MODULES_MAX / 8 + 16]; /* modules that the journal knows */
	struct mt_known_stack known[MT_FIRST_STACKS];
	struct mt_memo memos[MT_MEMOS]; /* by thread, site and caller */
	_Alignas(4096) struct mt_workspace workspaces[MT_WORKSPACES];
	struct mt_known_stack more_known[MT_MORE_STACKS + MT_MOST_STACKS];
};

/* unwind.c: the id of the stack below `frame`, 0 without one; the caller's return address. */
uint32_t mt_stack_of(struct mt_tracer *tracer, const struct mt_frame *frame, uint64_t *return_address);

/* stack-ids.c */
uint32_t mt_stack_find(struct mt_stack_ids *ids, uint64_t hash);
uint32_t mt_stack_new_id(struct mt_stack_ids *ids);
int mt_stack_has_room(const struct mt_stack_ids *ids, uint64_t hash, int is_caller_alone);
void mt_stack_keep(struct mt_stack_ids *ids, uint64_t hash, uint32_t id);
/* Runs `work` on a stack of the tool's own, with signals blocked; 0 when there is none to be had. */
int mt_aside(struct mt_tracer *tracer, void (*work)(void *), void *argument);

/* modules.c: maps what this file describes; initial_sp is where the kernel put argc. */
void mt_unwind_create(uint64_t initial_sp);
struct mt_module *mt_module_at(struct mt_unwind *unwind, uint64_t pc);
/* module-image.c */
void mt_module_read(struct mt_module *module);
void mt_module_borrow(const struct mt_unwind *unwind, struct mt_module *module);
void mt_module_announce(struct mt_tracer *tracer, uint32_t number);
void mt_modules_refresh(struct mt_tracer *tracer);
/* A text of /proc/self/maps, in pieces; begin answers 0 when another one is being read. */
int mt_modules_begin(struct mt_tracer *tracer);
void mt_modules_feed(const char *text, size_t bytes);
void mt_modules_end(void);

/* reach.c: memory that may be read. */
int mt_is_readable_page(uint64_t at);
struct mt_reach {
	uint64_t low, high;
	uint64_t start;    /* `high` where it began */
	uint32_t is_kept;  /* it may be remembered for the thread */
	uint32_t is_moved; /* it went on elsewhere */
};
void mt_reach_begin(struct mt_reach *reach, const struct mt_tracer *tracer, uint64_t here);
void mt_reach_end(const struct mt_reach *reach);
int mt_reach_extend(struct mt_reach *reach, uint64_t at);
void mt_watch(struct mt_unwind *unwind, uint64_t from, uint64_t to);
/* Before a call that may take memory away; and once more behind it, when that said 1. */
int mt_memory_goes(const struct mt_tracer *tracer, const struct mt_frame *frame, uint16_t kind);
/* Behind a call that worked: code of a file may have come. */
void mt_memory_came(const struct mt_frame *frame, uint16_t kind);

/* Reads an aligned word of the stack; 0 when it may not be read. */
static inline int mt_reach_read(struct mt_reach *reach, uint64_t at, uint64_t *word)
{
	if (__builtin_expect((at & 7) != 0, 0))
		return 0;
	if (__builtin_expect(at - reach->low >= reach->high - reach->low, 0) && !mt_reach_extend(reach, at))
		return 0;
	*word = *(const uint64_t *)at;
	return 1;
}

#endif
