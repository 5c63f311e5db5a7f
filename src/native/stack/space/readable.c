/* Asks the kernel about a page. Once sealed, when no system call may be made, only known stacks and modules count as readable. */
#include "stack/space/readable.h"

#include "journal/tracer.h"
#include "stack/space/state.h"

#define PAGE 4096ull

int mt_is_readable_page(uint64_t at)
{
	const struct mt_space *space = mt_space;
	if (at >= MT_TOP_OF_USER)
		return 0;
	if (at - space->stack_low < space->stack_high - space->stack_low)
		return 1;
	if (!mt_config.tracer->sealed)
		return mt_is_readable(at);
	for (uint32_t i = 0; i < space->module_count; i++) {
		const struct mt_module *module = &space->modules[i];
		if (module->alive && at - module->table.low < module->table.high - module->table.low)
			return 1;
	}
	return 0;
}

int mt_is_table_page(uint64_t at)
{
	struct mt_space *space = mt_space;
	uint64_t *known = &space->table_pages[at / PAGE % MT_TABLE_PAGES];
	uint64_t page = (at & ~(PAGE - 1)) | (__atomic_load_n(&space->mapped, __ATOMIC_RELAXED) & (PAGE - 1));
	if (__atomic_load_n(known, __ATOMIC_RELAXED) == page)
		return 1;
	if (!mt_is_readable_page(at))
		return 0;
	__atomic_store_n(known, page, __ATOMIC_RELAXED);
	return 1;
}
