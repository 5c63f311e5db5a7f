/* Work on a stack of the tool's own: a program's signal stack may have no room for it. */
#include "unwind.h"

static struct mt_workspace *take(struct mt_stack_ids *ids)
{
	for (int i = 0; i < MT_WORKSPACES; i++)
		if (!__atomic_load_n(&ids->workspaces[i].taken, __ATOMIC_RELAXED) &&
		    !__atomic_exchange_n(&ids->workspaces[i].taken, 1, __ATOMIC_ACQUIRE))
			return &ids->workspaces[i];
	return 0;
}

int mt_aside(struct mt_tracer *tracer, void (*work)(void *), void *argument)
{
	uint64_t all = ~0ull, signals;
	if (tracer->sealed) { /* signals cannot be blocked any more, and a handler would find itself on our small stack */
		work(argument);
		return 1;
	}
	mt_sys4(MT_NR_rt_sigprocmask, 2, (long)&all, (long)&signals, 8);
	struct mt_workspace *workspace = take(mt_config.stack_ids);
	if (workspace) {
		mt_call_on(&workspace->taken, work, argument);
		__atomic_store_n(&workspace->taken, 0, __ATOMIC_RELEASE);
	}
	mt_sys4(MT_NR_rt_sigprocmask, 2, (long)&signals, 0, 8);
	return workspace != 0;
}
