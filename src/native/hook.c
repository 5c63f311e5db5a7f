/*
 * What happens at a patched site: the program's call is made, and recorded.
 * Runs inside someone else's process, on its stack, in any thread, in signal
 * handlers and in half-made children: no libc, no lock, no allocation, errno
 * untouched (the kernel's raw result goes back to libc as it came).
 */
#define _GNU_SOURCE /* types of the loader's list only */
#include <link.h>

#include "calls.h"
#include "environment.h"
#include "journal.h"
#include "patch.h"
#include "target.h"
#include "text.h"

#define PR_SET_SECCOMP 22
#define PR_SET_VMA 0x53564d41
#define IPC_STAT 2
#define CLOCK_EVERY 0x3fffu /* slots between two clock pairs, less one */
#define AT_EMPTY_PATH 0x1000

/* Flags of the clone that this thread is making, for the parent's way back. */
static __thread uint64_t asked_flags __attribute__((tls_model("initial-exec")));

extern const uint8_t __ehdr_start[] __attribute__((visibility("hidden")));

/* The loaders' own names for their list of libraries and for the environment; absent ones are null. */
extern struct r_debug _r_debug __attribute__((weak));
extern struct r_debug *_dl_debug_addr __attribute__((weak));
extern char **__environ __attribute__((weak));

enum mt_way mt_dispatch(struct mt_frame *frame) __attribute__((visibility("hidden"), used));
void mt_returned(struct mt_frame *frame) __attribute__((visibility("hidden"), used));

static const struct mt_live_site *site_of(const struct mt_frame *frame)
{
	return &mt_live_sites[frame->slot & (MT_STUB_COUNT - 1)];
}

static uint64_t caller_of(const struct mt_frame *frame)
{
	const struct mt_live_site *site = site_of(frame);
	if (site->depth == MT_DEPTH_UNKNOWN)
		return 0;
	return *(const uint64_t *)(mt_frame_sp(frame) + site->depth);
}

/* Leaves the call to the stub, on the caller's own stack. */
static enum mt_way go_inline(struct mt_frame *frame, unsigned offset)
{
	frame->slot = (uint64_t)&mt_stubs[frame->slot & (MT_STUB_COUNT - 1)][offset];
	return MT_WAY_INLINE;
}

static enum mt_way done(struct mt_frame *frame)
{
	frame->slot = site_of(frame)->resume;
	return MT_WAY_DONE;
}

static void write_clock(struct mt_tracer *tracer)
{
	uint64_t slot;
	struct mt_record *record = mt_draw(tracer, &slot);
	uint64_t ticks, now;
	mt_clock_pair(&ticks, &now);
	tracer->header->tsc_last = ticks;
	tracer->header->mono_last = now;
	if (!record)
		return;
	record->kind = MT_KIND_CLOCK;
	record->tid = mt_tid(tracer);
	record->args[0] = ticks;
	record->args[1] = now;
	record->end = slot + 1;
	mt_finish(record);
}

/* The clock record goes first: it parts calls that ended before from those that run while the maps are read. */
static void observe_maps(struct mt_tracer *tracer, uint64_t moment)
{
	write_clock(tracer);
	mt_text_maps(tracer, moment);
}

static int is_recording(struct mt_tracer *tracer)
{
	if (__builtin_expect(!__atomic_load_n(&tracer->ready, __ATOMIC_ACQUIRE), 0)) {
		/* the child of a fork that no site announced (a raw clone) */
		if (!mt_journal_open(tracer, MT_FEATURE_FORKED))
			return 0;
		observe_maps(tracer, MT_MOMENT_FORK);
	}
	return !__atomic_load_n(&tracer->header->stop, __ATOMIC_RELAXED);
}

static struct mt_record *begin(struct mt_tracer *tracer, const struct mt_frame *frame, uint16_t kind, unsigned arguments,
			       uint64_t *slot)
{
	struct mt_record *record = mt_draw(tracer, slot);
	if (!record)
		return 0;
	record->kind = kind;
	record->tid = mt_tid(tracer);
	record->return_address = caller_of(frame);
	for (unsigned i = 0; i < arguments; i++)
		record->args[i] = frame->args[i];
	record->tsc_begin = mt_ticks();
	__atomic_store_n(&record->state, MT_STATE_BEGUN, __ATOMIC_RELEASE);
	return record;
}

/* Device, inode and path of the file that an mmap mapped. Asked after the call, whose time it must not enter. */
static void name_file(struct mt_tracer *tracer, struct mt_record *record, int fd)
{
	uint64_t status[18], seed[2];
	char link[40];
	if (tracer->sealed || mt_failed(mt_sys2(MT_NR_fstat, fd, (long)status)))
		return;
	uint64_t major = status[0] >> 8 & 0xfff, minor = (status[0] & 0xff) | (status[0] >> 12 & 0xfff00);
	record->dev = (uint32_t)(major << 20 | minor);
	record->inode = status[1];
	record->flags |= MT_FLAG_FILE;
	seed[0] = status[0];
	seed[1] = status[1];
	*mt_put_decimal(mt_put(link, "/proc/self/fd/"), (uint32_t)fd) = 0;
	record->path = mt_text_link(tracer, link, MT_TOPIC_PATH, seed);
}

/* A segment's size stands in no argument of shmat. */
static void measure_segment(struct mt_tracer *tracer, struct mt_record *record)
{
	uint64_t status[14];
	if (tracer->sealed || mt_failed(mt_sys3(MT_NR_shmctl, (long)record->args[0], IPC_STAT, (long)status)))
		return;
	record->args[3] = status[6];
	record->args[4] = record->args[0];
	record->flags |= MT_FLAG_SHM_SIZE;
}

static void finish(struct mt_tracer *tracer, struct mt_record *record, long result, uint64_t slot)
{
	record->result = result;
	mt_finish(record);
	if (__builtin_expect((slot & (MT_POPULATED_SLOTS - 1)) == 0, 0) && !tracer->sealed)
		mt_journal_populate(tracer, slot);
	if (__builtin_expect((slot & CLOCK_EVERY) == CLOCK_EVERY, 0) && !tracer->sealed) {
		write_clock(tracer);
		mt_journal_release(tracer);
	}
}

/* Makes a call and records it. */
static enum mt_way record_call(struct mt_tracer *tracer, struct mt_frame *frame, uint16_t kind, unsigned arguments)
{
	uint64_t slot;
	struct mt_record *record = begin(tracer, frame, kind, arguments, &slot);
	long result = mt_program_call(frame);
	if (record) {
		record->tsc_end = mt_ticks();
		record->end = __atomic_load_n(&tracer->header->cursor, __ATOMIC_ACQUIRE);
		if (kind == MT_KIND_MMAP && !(frame->args[3] & MT_MAP_ANONYMOUS) && !mt_failed(result))
			name_file(tracer, record, (int)frame->args[4]);
		else if (kind == MT_KIND_SHMAT && !mt_failed(result))
			measure_segment(tracer, record);
		finish(tracer, record, result, slot);
	}
	frame->nr = (uint64_t)result;
	return done(frame);
}

/* musl's threads unmap the stack that they stand on: recorded before the call, then made without a stack. */
static enum mt_way record_munmap(struct mt_tracer *tracer, struct mt_frame *frame)
{
	uint64_t here = (uint64_t)frame, slot;
	if (__builtin_expect(here - frame->args[0] >= frame->args[1], 1))
		return record_call(tracer, frame, MT_KIND_MUNMAP, 2);
	struct mt_record *record = begin(tracer, frame, MT_KIND_MUNMAP, 2, &slot);
	if (record) {
		record->flags = MT_FLAG_ASSUMED;
		record->tsc_end = record->tsc_begin;
		record->end = slot + 1;
		mt_finish(record);
	}
	return go_inline(frame, MT_STUB_INLINE);
}

/* Flags and stack of clone, vfork or clone3. */
static void child_wanted(const struct mt_frame *frame, uint64_t *flags, uint64_t *stack)
{
	const uint64_t *arguments = (const uint64_t *)frame->args[0];
	switch ((uint32_t)frame->nr) {
	case MT_NR_clone:
		*flags = frame->args[0];
		*stack = frame->args[1];
		break;
	case MT_NR_clone3:
		*flags = frame->args[1] >= 64 && arguments ? arguments[0] : 0;
		*stack = frame->args[1] >= 64 && arguments ? arguments[5] : 0;
		break;
	case MT_NR_fork:
		*flags = 0;
		*stack = 0;
		break;
	default:
		*flags = MT_CLONE_VM | MT_CLONE_VFORK;
		*stack = 0;
	}
}

static int shares_storage(uint64_t flags)
{
	return (flags & MT_CLONE_VM) && !(flags & MT_CLONE_SETTLS);
}

/* A fork on the caller's own stack can be made from here: the child has a copy of this frame, too. */
static enum mt_way record_fork(struct mt_tracer *tracer, struct mt_frame *frame)
{
	uint64_t slot;
	struct mt_record *record = begin(tracer, frame, MT_KIND_CLONE, (uint32_t)frame->nr == MT_NR_fork ? 0 : 5, &slot);
	long result = mt_program_call(frame);
	if (result == 0) { /* the child: the parent's record is out of its reach */
		if (!mt_config.tracer->ready && mt_journal_open(tracer, MT_FEATURE_FORKED))
			observe_maps(tracer, MT_MOMENT_FORK);
	} else if (record) {
		record->tsc_end = mt_ticks();
		record->end = __atomic_load_n(&tracer->header->cursor, __ATOMIC_ACQUIRE);
		finish(tracer, record, result, slot);
	}
	frame->nr = (uint64_t)result;
	return done(frame);
}

static enum mt_way make_child(struct mt_tracer *tracer, struct mt_frame *frame)
{
	uint64_t flags, stack;
	child_wanted(frame, &flags, &stack);
	if (!(flags & MT_CLONE_VM) && !stack)
		return record_fork(tracer, frame);
	if (!shares_storage(flags)) /* a thread, or a fork onto another stack, which its first event announces */
		return go_inline(frame, MT_STUB_INLINE);
	asked_flags = flags;
	__atomic_fetch_add(&tracer->shared, 1, __ATOMIC_RELAXED);
	return go_inline(frame, MT_STUB_INLINE_AFTER);
}

static void free_arenas_of(struct mt_tracer *tracer, uint32_t tid)
{
	for (int i = 0; i < MT_ARENAS; i++) {
		struct mt_arena *arena = &tracer->arenas[i];
		if (arena->tid == tid && arena->base) {
			mt_sys2(MT_NR_munmap, (long)arena->base, (long)arena->length);
			arena->base = 0;
			__atomic_store_n(&arena->tid, 0, __ATOMIC_RELEASE);
		}
	}
}

/* The parent behind a vfork, or a clone with shared memory; with CLONE_VFORK the child has gone by now. */
void mt_returned(struct mt_frame *frame)
{
	struct mt_tracer *tracer = mt_config.tracer;
	const struct mt_live_site *site = site_of(frame);
	int64_t result = (int64_t)frame->nr;
	uint64_t flags = asked_flags, slot;

	if ((flags & MT_CLONE_VFORK) || result < 0)
		__atomic_fetch_sub(&tracer->shared, 1, __ATOMIC_RELAXED);
	if ((flags & MT_CLONE_VFORK) && result > 0 && !tracer->sealed)
		free_arenas_of(tracer, (uint32_t)result);
	if (tracer->ready && !tracer->header->stop) {
		struct mt_record *record = begin(tracer, frame, MT_KIND_VFORK, 0, &slot);
		if (record) {
			record->tsc_end = record->tsc_begin;
			record->end = slot + 1;
			finish(tracer, record, result, slot);
		}
	}
	frame->slot = site->resume;
}

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

static uint64_t write_exec(struct mt_tracer *tracer, const struct mt_frame *frame, uint64_t path, uint32_t target)
{
	uint64_t slot;
	uint16_t kind = (uint32_t)frame->nr == MT_NR_execve ? MT_KIND_EXECVE : MT_KIND_EXECVEAT;
	struct mt_record *record = begin(tracer, frame, kind, kind == MT_KIND_EXECVE ? 3 : 5, &slot);
	if (record) {
		record->path = path;
		record->target = target;
		record->end = slot + 1;
		record->tsc_end = record->tsc_begin;
		mt_finish(record);
	}
	return slot;
}

static enum mt_way record_exec(struct mt_tracer *tracer, struct mt_frame *frame)
{
	struct execution execution = execution_of(frame);
	struct mt_frame made = *frame;
	struct mt_arena *arena = 0;
	uint64_t slot, returned;

	if (tracer->sealed) { /* nothing can be asked or mapped here: only the fact is kept */
		write_exec(tracer, frame, 0, 0);
		return go_inline(frame, MT_STUB_INLINE);
	}
	if (!execution.path || !is_readable(execution.path) || !is_readable(execution.argv) || !is_readable(execution.envp))
		return go_inline(frame, MT_STUB_INLINE);
	uint32_t target = *execution.path ? mt_target_inspect(execution.dirfd, execution.path) : 0;
	if (target & MT_TARGET_NO_ENTRY) /* a shell trying one folder of PATH after another */
		return go_inline(frame, MT_STUB_INLINE);
	int own = is_own_space(tracer);
	uint64_t path = tell_program(tracer, &execution);
	arena = carry(tracer, &made, &execution);
	if (!arena)
		target |= MT_TARGET_NOT_CARRIED;
	if (own)
		observe_maps(tracer, MT_MOMENT_EXEC);
	slot = write_exec(tracer, frame, path, target);
	if (own)
		tracer->header->ended = 1;

	long result = mt_program_call(&made);
	if (own)
		tracer->header->ended = 0;
	struct mt_record *record = begin(tracer, frame, MT_KIND_EXEC_RETURNED, 0, &returned);
	if (record) {
		record->args[0] = slot;
		record->end = returned + 1;
		record->tsc_end = record->tsc_begin;
		finish(tracer, record, result, returned);
	}
	if (arena) {
		mt_sys2(MT_NR_munmap, (long)arena->base, (long)arena->length);
		arena->base = 0;
		__atomic_store_n(&arena->tid, 0, __ATOMIC_RELEASE);
	}
	frame->nr = (uint64_t)result;
	return done(frame);
}

/* The last that is seen of a process: its maps, and the call itself, which never returns. */
static void record_exit(struct mt_tracer *tracer, const struct mt_frame *frame)
{
	uint64_t slot;
	int sealed = tracer->sealed != 0;
	if (!sealed && !is_own_space(tracer))
		return; /* a vfork child's end is not this space's */
	if (!sealed)
		observe_maps(tracer, MT_MOMENT_EXIT);
	struct mt_record *record = begin(tracer, frame, MT_KIND_EXIT_GROUP, 1, &slot);
	if (record) {
		record->end = slot + 1;
		record->tsc_end = record->tsc_begin;
		mt_finish(record);
	}
	if (tracer->header)
		tracer->header->ended = 1;
}

/* After a filter is installed, a call of our own could end the program. */
static enum mt_way seal(struct mt_tracer *tracer, struct mt_frame *frame)
{
	uint64_t slot;
	mt_tid(tracer);
	long result = mt_program_call(frame);
	if (!mt_failed(result) && !tracer->sealed) {
		struct mt_record *record;
		tracer->sealed = 1;
		record = begin(tracer, frame, MT_KIND_SEALED, 0, &slot);
		if (record) {
			record->end = slot + 1;
			record->tsc_end = record->tsc_begin;
			mt_finish(record);
		}
	}
	frame->nr = (uint64_t)result;
	return done(frame);
}

/* A limit on address space, or on locked memory, counts the journal's empty reach as well. */
static enum mt_way make_room(struct mt_tracer *tracer, struct mt_frame *frame, int is_needed)
{
	if (is_needed)
		mt_journal_shrink(tracer);
	return go_inline(frame, MT_STUB_INLINE);
}

enum mt_way mt_dispatch(struct mt_frame *frame)
{
	struct mt_tracer *tracer = mt_config.tracer;
	const struct mt_live_site *site = site_of(frame);

	if (site->shape == MT_SHAPE_BEFORE) { /* ahead of exit_group; rax is the program's and stays */
		if (is_recording(tracer))
			record_exit(tracer, frame);
		return done(frame);
	}
	if (!is_recording(tracer))
		return go_inline(frame, MT_STUB_INLINE);
	switch ((uint32_t)frame->nr) {
	case MT_NR_munmap:
		return record_munmap(tracer, frame);
	case MT_NR_prctl:
		if (frame->args[0] == PR_SET_SECCOMP)
			return seal(tracer, frame);
		if (frame->args[0] != PR_SET_VMA)
			return go_inline(frame, MT_STUB_INLINE);
		return record_call(tracer, frame, MT_KIND_PRCTL, 5);
	case MT_NR_setrlimit:
		return make_room(tracer, frame, frame->args[0] == MT_RLIMIT_AS);
	case MT_NR_prlimit64:
		return make_room(tracer, frame, frame->args[1] == MT_RLIMIT_AS && frame->args[2]);
	case MT_NR_mlockall:
		return make_room(tracer, frame, 1);
	case MT_NR_seccomp:
		return frame->args[0] < 2 ? seal(tracer, frame) : go_inline(frame, MT_STUB_INLINE);
	case MT_NR_clone:
	case MT_NR_clone3:
	case MT_NR_fork:
	case MT_NR_vfork:
		return make_child(tracer, frame);
	case MT_NR_execve:
	case MT_NR_execveat:
		return record_exec(tracer, frame);
	case MT_NR_exit_group:
		record_exit(tracer, frame);
		return go_inline(frame, MT_STUB_INLINE);
#define X(name, kind, arguments) \
	case MT_NR_##name: \
		return record_call(tracer, frame, kind, arguments);
		MT_PLAIN_CALLS(X)
#undef X
	default:
		return go_inline(frame, MT_STUB_INLINE);
	}
}

static void tell_start(struct mt_tracer *tracer, char **argv)
{
	static const uint64_t seed[2];
	struct mt_text_writer text;
	mt_text_link(tracer, "/proc/self/exe", MT_TOPIC_EXE, seed);
	mt_text_begin(&text, tracer, MT_TOPIC_ARGV, 0);
	for (int told = 0; *argv && told < 64; argv++, told++)
		mt_text_add(&text, *argv, mt_length(*argv) + 1);
	mt_text_end(&text, *argv ? MT_TEXT_CUT : 0);
}

static struct link_map *loaded_modules(void)
{
	if (&_r_debug)
		return _r_debug.r_map;
	return &_dl_debug_addr && _dl_debug_addr ? _dl_debug_addr->r_map : 0;
}

/*
 * glibc calls constructors with argc, argv and envp; musl calls them with nothing,
 * but has set __environ by then. -z initfirst has glibc run this one before all others.
 */
__attribute__((constructor)) static void start(int argc, char **argv, char **envp)
{
	(void)argc;
	if (!&_r_debug) {
		envp = &__environ ? __environ : 0;
		if (!envp)
			return;
		argv = envp - 1; /* argv's closing null; argc stands before its first entry */
		for (uint64_t count = 0; (uint64_t)argv[-1] != count; count++)
			argv--;
	}
	mt_config.directory_bytes = (uint32_t)mt_environment_clean(envp, mt_config.directory, MT_DIRECTORY_MAX);
	if (!mt_config.directory_bytes || !mt_tracer_create())
		return;
	struct mt_tracer *tracer = mt_config.tracer;
	mt_config.library_base = (uint64_t)__ehdr_start;
	mt_config.library_length = mt_image_span(__ehdr_start);
	if (!mt_journal_open(tracer, 0)) {
		mt_config.tracer = 0;
		return;
	}
	tell_start(tracer, argv);
	mt_patch_all(tracer, loaded_modules());
	observe_maps(tracer, MT_MOMENT_START);
}
