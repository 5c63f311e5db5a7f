/*
 * execve, execveat and exit_group: the last maps of an address space, and the
 * tool's way into the next one.
 */
#include "hook.h"

#include "calls.h"
#include "environment.h"
#include "target.h"

/* Whether the kernel can read a word there; the program's own pointers may be wrong, and must then give EFAULT. */
static int is_readable(const void *pointer)
{
	/*
	 * rt_sigprocmask copies its set in before it looks at `how`, so a bad `how` changes nothing.
	 * The aligned word around the pointer never reaches into another page.
	 */
	return !pointer || mt_sys4(MT_NR_rt_sigprocmask, -1, (long)pointer & ~7l, 0, 8) == -MT_EINVAL;
}

static int is_own_space(const struct mt_tracer *tracer)
{
	return (uint32_t)mt_sys0(MT_NR_getpid) == tracer->pid;
}

struct execution {
	int dirfd;
	const char *path;
	char **argv, **envp;
	unsigned env_argument;
};

static struct execution execution_of(const struct mt_frame *frame)
{
	struct execution execution = { MT_AT_FDCWD, 0, 0, 0, 2 };
	unsigned first = 0;
	if ((uint32_t)frame->nr == MT_NR_execveat) {
		execution.dirfd = (int)frame->args[0];
		first = 1;
		execution.env_argument = 3;
	}
	execution.path = (const char *)frame->args[first];
	execution.argv = (char **)frame->args[first + 1];
	execution.envp = (char **)frame->args[first + 2];
	return execution;
}

static uint64_t tell_program(struct mt_tracer *tracer, const struct execution *execution)
{
	uint64_t seed[2] = { (uint64_t)(uint32_t)execution->dirfd, 1 };
	struct mt_text_writer text;
	if (!*execution->path) { /* fexecve: by descriptor */
		char link[40];
		*mt_put_decimal(mt_put(link, "/proc/self/fd/"), (uint32_t)execution->dirfd) = 0;
		return mt_text_link(tracer, link, MT_TOPIC_PATH, seed);
	}
	uint64_t key = mt_ticks() | 1;
	mt_text(tracer, MT_TOPIC_PATH, key, execution->path, mt_length(execution->path));
	if (execution->argv) {
		size_t told = 0;
		mt_text_begin(&text, tracer, MT_TOPIC_ARGV, key);
		for (char **argument = execution->argv; *argument && told < 1024; argument++) {
			size_t length = mt_length(*argument) + 1;
			size_t take = length < 1024 ? length : 1024;
			mt_text_add(&text, *argument, take);
			told += take;
		}
		mt_text_end(&text, told >= 1024 ? MT_TEXT_CUT : 0);
	}
	return key;
}

/* Another user, or a chroot, may be unable to load the library; its loader would complain on stderr. */
static int is_in_reach(void)
{
	char name[MT_DIRECTORY_MAX + 64];
	*mt_put(mt_put(name, mt_config.directory), MT_LIBRARY_IN_DIRECTORY) = 0;
	int fd = mt_open(name, MT_O_RDONLY, 0);
	if (mt_failed(fd))
		return 0;
	mt_close(fd);
	return 1;
}

/* Puts the tool's variables back for the program to come. The memory goes with this space, or is given back later. */
static struct mt_arena *carry(struct mt_tracer *tracer, struct mt_frame *frame, const struct execution *execution)
{
	uint32_t tid = (uint32_t)mt_sys0(MT_NR_gettid);
	if (mt_environment_taken(execution->envp) || !is_in_reach())
		return 0;
	for (int i = 0; i < MT_ARENAS; i++) {
		struct mt_arena *arena = &tracer->arenas[i];
		uint32_t nobody = 0;
		if (!__atomic_compare_exchange_n(&arena->tid, &nobody, tid, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
			continue;
		size_t bytes = mt_environment_size(execution->envp, mt_config.directory);
		long memory = mt_sys6(MT_NR_mmap, (long)(mt_config.tool_base + MT_ARENA_OFFSET), (long)bytes,
				      MT_PROT_READ | MT_PROT_WRITE, MT_MAP_PRIVATE | MT_MAP_ANONYMOUS, -1, 0);
		if (mt_failed(memory)) {
			__atomic_store_n(&arena->tid, 0, __ATOMIC_RELEASE);
			return 0;
		}
		arena->base = (uint64_t)memory;
		arena->length = bytes;
		frame->args[execution->env_argument] =
			(uint64_t)mt_environment_carry((void *)memory, execution->envp, mt_config.directory);
		return arena;
	}
	return 0;
}

static uint64_t write_exec(struct mt_tracer *tracer, const struct mt_frame *frame, uint64_t path, uint32_t target, int own)
{
	uint64_t slot;
	uint16_t kind = (uint32_t)frame->nr == MT_NR_execve ? MT_KIND_EXECVE : MT_KIND_EXECVEAT;
	struct mt_record *record = mt_begin(tracer, frame, kind, kind == MT_KIND_EXECVE ? 3 : 5, &slot);
	if (record) {
		record->path = path;
		record->target = target;
		record->flags = own ? MT_FLAG_OWN_SPACE : 0;
		mt_mark(record, slot, 0);
	}
	return slot;
}

enum mt_way mt_record_exec(struct mt_tracer *tracer, struct mt_frame *frame)
{
	struct execution execution = execution_of(frame);
	struct mt_frame made = *frame;
	struct mt_arena *arena = 0;
	uint64_t slot, returned;

	if (tracer->sealed) { /* nothing can be asked or mapped here: only the fact is kept */
		write_exec(tracer, frame, 0, 0, 1);
		return mt_go_inline(frame, MT_STUB_INLINE);
	}
	if (!execution.path || !is_readable(execution.path) || !is_readable(execution.argv) || !is_readable(execution.envp))
		return mt_go_inline(frame, MT_STUB_INLINE);
	uint32_t target = *execution.path ? mt_target_inspect(execution.dirfd, execution.path) : 0;
	if (target & MT_TARGET_NO_ENTRY) /* a shell trying one folder of PATH after another */
		return mt_go_inline(frame, MT_STUB_INLINE);
	int own = is_own_space(tracer);
	uint64_t path = tell_program(tracer, &execution);
	arena = carry(tracer, &made, &execution);
	if (!arena)
		target |= MT_TARGET_NOT_CARRIED;
	if (own)
		mt_observe_maps(tracer, MT_MOMENT_EXEC);
	slot = write_exec(tracer, frame, path, target, own);
	if (own)
		tracer->header->ended = 1;

	long result = mt_program_call(&made);
	if (own)
		tracer->header->ended = 0;
	struct mt_record *record = mt_begin(tracer, frame, MT_KIND_EXEC_RETURNED, 0, &returned);
	if (record) {
		record->args[0] = slot;
		mt_mark(record, returned, result);
	}
	if (arena) {
		mt_sys2(MT_NR_munmap, (long)arena->base, (long)arena->length);
		arena->base = 0;
		__atomic_store_n(&arena->tid, 0, __ATOMIC_RELEASE);
	}
	frame->nr = (uint64_t)result;
	return mt_done(frame);
}

/* The last that is seen of a process: its maps, and the call itself, which never returns. */
void mt_record_exit(struct mt_tracer *tracer, const struct mt_frame *frame)
{
	uint64_t slot;
	int sealed = tracer->sealed != 0;
	if (!sealed && !is_own_space(tracer))
		return; /* a vfork child's end is not this space's */
	if (!sealed)
		mt_observe_maps(tracer, MT_MOMENT_EXIT);
	struct mt_record *record = mt_begin(tracer, frame, MT_KIND_EXIT_GROUP, 1, &slot);
	if (record)
		mt_mark(record, slot, 0);
	if (tracer->header)
		tracer->header->ended = 1;
}
