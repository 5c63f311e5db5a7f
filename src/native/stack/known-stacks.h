/* The stacks that the journal holds already, and what belongs to one journal: a forked child starts with none of it. */
#ifndef MAPTRAIL_KNOWN_STACKS_H
#define MAPTRAIL_KNOWN_STACKS_H

#include "record.h"
#include "stack/own-stack.h"
#include "stack/space/state.h"

#define MT_MEMOS 64
#define MT_MEMOS_OF_THREAD 8
#define MT_GUARDS 8

#define MT_FIRST_STACKS 256
#define MT_MORE_STACKS 4096
#define MT_MOST_STACKS 65536

struct mt_known_stack {
	uint64_t hash; /* of the stack's frames; 0: a free entry */
	uint32_t id, reserved;
};

/* A frame of the last walk: the same return address at the same stack pointer has the same rule. */
struct mt_seen {
	uint64_t sp, pc, rule;
};

/* A word that the walk used for more than a return address; `at` 0: the register rbp at the call. */
struct mt_guard {
	uint64_t at, value;
};

/* What a thread remembers of its last walk from one place: most of a stack is what it was at the call before. */
struct mt_memo {
	uint32_t taken;
	uint32_t mapped;  /* mt_space.mapped for which the rules hold */
	uint32_t current; /* index in `seen` of the last walk; the other one is for the walk being made */
	uint32_t id;      /* of the last walk's stack, if equal words mean an equal stack; else 0 */
	uint32_t count, guard_count;
	uint32_t is_plain; /* equal words in `seen` and `guards` mean an equal stack */
	uint32_t reserved;
	uint64_t pc, sp;   /* where it began */
	struct mt_guard guards[MT_GUARDS];
	struct mt_seen seen[2][MT_STACK_DEPTH + 2]; /* each list ends with sp ~0 */
};

/* Has MADV_WIPEONFORK, as the tracer has. */
struct mt_known_stacks {
	uint32_t last_id;
	uint32_t reserved;
	uint8_t named[MT_MODULES_MAX / 8 + 16]; /* bit n: the name of module n is in the journal */
	struct mt_known_stack first[MT_FIRST_STACKS];
	struct mt_memo memos[MT_MEMOS]; /* by thread, site and caller */
	_Alignas(4096) struct mt_own_stack own_stacks[MT_OWN_STACKS];
	struct mt_known_stack more[MT_MORE_STACKS + MT_MOST_STACKS];
};

/* Null: no stacks are recorded. */
extern struct mt_known_stacks *mt_known_stacks __attribute__((visibility("hidden")));

/* The id of the stack with that hash; 0: unknown. */
uint32_t mt_stack_find(struct mt_known_stacks *known, uint64_t hash);
uint32_t mt_stack_new_id(struct mt_known_stacks *known);

/* Whether mt_stack_keep would find a free entry. */
int mt_stack_has_room(const struct mt_known_stacks *known, uint64_t hash, int is_caller_alone);
void mt_stack_keep(struct mt_known_stacks *known, uint64_t hash, uint32_t id);

#endif
