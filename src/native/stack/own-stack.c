/* Takes a free stack and runs work on it. */
#include "stack/own-stack.h"

/* own-stack-NAME.S: calls function(argument) with the stack pointer at `stack`, which is aligned to 16. */
void mt_call_on_stack(void *stack, void (*function)(void *), void *argument) __attribute__((visibility("hidden")));

static struct mt_own_stack *take(struct mt_own_stack *stacks)
{
	for (int i = 0; i < MT_OWN_STACKS; i++)
		if (!__atomic_load_n(&stacks[i].taken, __ATOMIC_RELAXED) &&
		    !__atomic_exchange_n(&stacks[i].taken, 1, __ATOMIC_ACQUIRE))
			return &stacks[i];
	return 0;
}

int mt_on_own_stack(struct mt_tracer *tracer, struct mt_own_stack stacks[MT_OWN_STACKS], void (*work)(void *), void *argument)
{
	uint64_t all = ~0ull, signals;
	if (tracer->sealed) { /* signals cannot be blocked any more, and a handler must not run on so small a stack */
		work(argument);
		return 1;
	}
	mt_sys4(MT_NR_rt_sigprocmask, MT_SIG_SETMASK, (long)&all, (long)&signals, 8);
	struct mt_own_stack *stack = take(stacks);
	if (stack) {
		mt_call_on_stack(&stack->taken, work, argument);
		__atomic_store_n(&stack->taken, 0, __ATOMIC_RELEASE);
	}
	mt_sys4(MT_NR_rt_sigprocmask, MT_SIG_SETMASK, (long)&signals, 0, 8);
	return stack != 0;
}
