/* Records the end of an address space, and carries the hook into the next one. */
#include "hook/exec.h"

#include "bytes.h"
#include "exec/environment.h"
#include "exec/target.h"
#include "hook/arenas.h"
#include "hook/call-record.h"
#include "hook/observe.h"
#include "journal/proc-text.h"
#include "journal/text.h"
#include "journal/writer.h"

#define ARGV_BYTES_MAX 1024

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

static void read_arguments(const struct mt_frame *frame, struct execution *execution)
{
	int is_at = (uint32_t)frame->nr == MT_NR_execveat; /* execveat has the directory's descriptor first */
	execution->dirfd = is_at ? (int)frame->args[0] : MT_AT_FDCWD;
	execution->path = (const char *)frame->args[is_at];
	execution->argv = (char **)frame->args[is_at + 1];
	execution->envp = (char **)frame->args[is_at + 2];
	execution->env_argument = (unsigned)is_at + 2;
}

/* The program may pass bad pointers, which must give EFAULT and no crash in the hook. */
static int are_readable(const struct execution *execution)
{
	return execution->path && mt_is_readable((uint64_t)execution->path) &&
	       (!execution->argv || mt_is_readable((uint64_t)execution->argv)) &&
	       (!execution->envp || mt_is_readable((uint64_t)execution->envp));
}

static uint64_t emit_program(struct mt_tracer *tracer, const struct execution *execution)
{
	uint64_t seed[2] = { (uint64_t)(uint32_t)execution->dirfd, 1 };
	struct mt_text_writer text;
	if (!*execution->path) { /* fexecve: by descriptor */
		char link[40];
		*mt_put_decimal(mt_put(link, "/proc/self/fd/"), (uint32_t)execution->dirfd) = 0;
		return mt_emit_link(tracer, link, MT_TOPIC_PATH, seed);
	}
	uint64_t key = mt_ticks() | 1;
	mt_text_emit(tracer, MT_TOPIC_PATH, key, execution->path, mt_length(execution->path));
	if (execution->argv) {
		size_t bytes = 0;
		mt_text_begin(&text, tracer, MT_TOPIC_ARGV, key);
		for (char **argument = execution->argv; *argument && bytes < ARGV_BYTES_MAX; argument++) {
			size_t length = mt_length(*argument) + 1;
			size_t take = length < ARGV_BYTES_MAX ? length : ARGV_BYTES_MAX;
			mt_text_add(&text, *argument, take);
			bytes += take;
		}
		mt_text_end(&text, bytes >= ARGV_BYTES_MAX ? MT_TEXT_CUT : 0);
	}
	return key;
}

/* After a chroot, or as another user, the library may be unreadable; the loader would then print a warning. */
static int is_library_readable(void)
{
	char name[MT_DIRECTORY_MAX + 64];
	*mt_put(mt_put(name, mt_config.directory), MT_LIBRARY_IN_DIRECTORY) = 0;
	int fd = mt_open(name, MT_O_RDONLY, 0);
	if (mt_failed(fd))
		return 0;
	mt_close(fd);
	return 1;
}

/* Gives the exec an environment that loads the hook; null when the next program runs without it. */
static struct mt_arena *carry(struct mt_tracer *tracer, struct mt_frame *frame, const struct execution *execution)
{
	if (mt_environment_taken(execution->envp) || !is_library_readable())
		return 0;
	size_t bytes = mt_environment_size(execution->envp, mt_config.directory);
	struct mt_arena *arena = mt_arena_claim(tracer, (uint32_t)mt_sys0(MT_NR_gettid), bytes);
	if (arena)
		frame->args[execution->env_argument] =
			(uint64_t)mt_environment_carry((void *)arena->base, execution->envp, mt_config.directory);
	return arena;
}

/* Returns the record's slot. */
static uint64_t record_exec(struct mt_tracer *tracer, const struct mt_frame *frame, uint64_t path, uint32_t target, int own)
{
	uint16_t kind = (uint32_t)frame->nr == MT_NR_execve ? MT_KIND_EXECVE : MT_KIND_EXECVEAT;
	struct mt_record *record = mt_call_begin(tracer, frame, kind, kind == MT_KIND_EXECVE ? 3 : 5);
	if (record) {
		record->path = path;
		record->target = target;
		record->flags = own ? MT_FLAG_OWN_SPACE : 0;
		mt_call_commit_instant(tracer, record, 0);
	}
	return record ? mt_slot_of(tracer, record) : 0;
}

enum mt_outcome mt_record_exec(struct mt_tracer *tracer, struct mt_frame *frame)
{
	struct execution execution;
	struct mt_frame made = *frame; /* with another environment */
	struct mt_arena *arena = 0;

	if (tracer->sealed) { /* no system call may be made to learn more */
		record_exec(tracer, frame, 0, 0, 1);
		return MT_INLINE;
	}
	read_arguments(frame, &execution);
	if (!are_readable(&execution))
		return MT_INLINE;
	uint32_t target = *execution.path ? mt_target_inspect(execution.dirfd, execution.path) : 0;
	if (target & MT_TARGET_NO_ENTRY) /* a shell that tries one folder of PATH after another */
		return MT_INLINE;
	int own = is_own_space(tracer);
	uint64_t path = emit_program(tracer, &execution);
	arena = carry(tracer, &made, &execution);
	if (!arena)
		target |= MT_TARGET_NOT_CARRIED;
	if (own)
		mt_observe_maps(tracer, MT_MOMENT_EXEC, 0);
	uint64_t slot = record_exec(tracer, frame, path, target, own);
	if (own)
		tracer->header->ended = 1;

	long result = mt_program_call(&made);
	if (own)
		tracer->header->ended = 0;
	struct mt_record *record = mt_call_begin(tracer, frame, MT_KIND_EXEC_RETURNED, 0);
	if (record) {
		record->args[0] = slot;
		mt_call_commit_instant(tracer, record, result);
	}
	if (arena)
		mt_arena_release(arena);
	frame->nr = (uint64_t)result;
	return MT_MADE;
}

void mt_record_exit(struct mt_tracer *tracer, const struct mt_frame *frame)
{
	int sealed = tracer->sealed != 0;
	if (!sealed && !is_own_space(tracer))
		return; /* a vfork child's end is not the end of this address space */
	if (!sealed)
		mt_observe_maps(tracer, MT_MOMENT_EXIT, 0);
	struct mt_record *record = mt_call_begin(tracer, frame, MT_KIND_EXIT_GROUP, 1);
	if (record)
		mt_call_commit_instant(tracer, record, 0);
	if (tracer->header)
		tracer->header->ended = 1;
}
