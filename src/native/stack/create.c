/* Maps the tables of the stack walk in the tool's region. */
#include "stack/create.h"

#include "bytes.h"
#include "journal/tracer.h"
#include "stack/known-stacks.h"
#include "stack/space/state.h"

#define PAGE 4096ull
#define SPACE_AT_ONCE ((offsetof(struct mt_space, modules) + PAGE) & ~(PAGE - 1))
#define KNOWN_AT_ONCE (2 * PAGE)
_Static_assert(MT_SPACE_OFFSET + sizeof(struct mt_space) <= MT_ARENA_OFFSET, "the arenas follow");
_Static_assert(MT_KNOWN_STACKS_OFFSET + sizeof(struct mt_known_stacks) <= MT_JOURNAL_OFFSET, "the journal follows");

static void *map_table(uint64_t at, uint64_t bytes)
{
	long got = mt_map_at(at, (bytes + PAGE - 1) & ~(PAGE - 1), MT_PROT_READ | MT_PROT_WRITE,
			     MT_MAP_PRIVATE | MT_MAP_ANONYMOUS | MT_MAP_NORESERVE, -1, 0);
	return mt_failed(got) ? 0 : (void *)got;
}

/* DIRECTORY/stacks is a symbolic link whose target's first letter is the mode. */
static uint32_t wanted_stacks(void)
{
	char name[MT_DIRECTORY_MAX + 16], word[16] = { 0 };
	*mt_put(mt_put(name, mt_config.directory), "/stacks") = 0;
	mt_readlink(name, word, sizeof word - 1);
	switch (word[0]) {
	case 'n':
		return MT_STACKS_NONE;
	case 'c':
		return MT_STACKS_CALLER;
	case 'f':
		return MT_STACKS_FP;
	default:
		return MT_STACKS_UNWIND;
	}
}

void mt_stack_create(uint64_t initial_sp)
{
	mt_config.stacks = wanted_stacks();
	if (mt_config.stacks == MT_STACKS_NONE)
		return;
	struct mt_space *space = map_table(mt_config.tool_base + MT_SPACE_OFFSET, sizeof *space);
	struct mt_known_stacks *known = map_table(mt_config.tool_base + MT_KNOWN_STACKS_OFFSET, sizeof *known);
	if (!space || !known ||
	    mt_failed(mt_sys3(MT_NR_madvise, (long)known, (long)((sizeof *known + PAGE - 1) & ~(PAGE - 1)), MT_MADV_WIPEONFORK))) {
		mt_config.stacks = MT_STACKS_NONE;
		return;
	}
	/* The pages that every process uses. EINVAL before Linux 5.14: then they fault in one by one. */
	mt_sys3(MT_NR_madvise, (long)space, SPACE_AT_ONCE, MT_MADV_POPULATE_WRITE);
	mt_sys3(MT_NR_madvise, (long)known, KNOWN_AT_ONCE, MT_MADV_POPULATE_WRITE);
	space->initial_sp = initial_sp;
	space->mapped = 1;
	mt_space = space;
	mt_known_stacks = known;
}
