/*
 * Executes memory calls that come over stdin and answers each with its result and, where they
 * changed, the VMAs of the arena as the kernel has them. The oracle of the model's tests.
 *
 * The arena is the top of the free space below mmap_base: a static program without address
 * randomisation has nothing else there, so that what the kernel chooses lands in it too.
 *
 * out, once:   struct hello
 * in, a batch: u32 count, then count times struct op
 * out, an op:  struct answer, then `changed` times struct vma: of the list as it was, `keep_low`
 *              entries stay at its beginning and `keep_high` at its end, and these lie between
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel-vmas.h"

#define ARENA_BYTES (256ull << 20)
#define MAX_BATCH 4096
#define FILES 8
#define FILE_PAGES 64

enum op_kind { OP_CALL = 0, OP_TOUCH = 1, OP_CLEAR = 2, OP_FORK = 3 };

struct op {
	uint32_t kind;
	int32_t number; /* of the system call */
	uint64_t args[6];
};

struct answer {
	int64_t result;
	uint32_t keep_low, keep_high, changed, total;
};

struct hello {
	uint64_t magic, arena_start, arena_end, page;
	uint64_t inodes[FILES];
	int32_t fds[FILES];
	uint32_t dev;
	int32_t shm_id;
	uint32_t has_query;
	uint32_t pkeys;
	uint32_t move_several;
	uint32_t stack_no_huge;
	uint32_t uncharge;
	uint32_t reserved;
};

static struct vma lists[2][MAX_VMAS];
static unsigned counts[2];
static unsigned current;
static int has_query;

static void read_all(void *to, size_t bytes)
{
	char *at = to;
	while (bytes > 0) {
		ssize_t got = read(0, at, bytes);
		if (got == 0)
			exit(0);
		if (got < 0)
			fail("read");
		at += got;
		bytes -= (size_t)got;
	}
}

static char out[1 << 16];
static size_t out_used;

static void flush(void)
{
	size_t done = 0;
	while (done < out_used) {
		ssize_t put = write(1, out + done, out_used - done);
		if (put < 0)
			fail("write");
		done += (size_t)put;
	}
	out_used = 0;
}

static void put(const void *from, size_t bytes)
{
	if (out_used + bytes > sizeof(out))
		flush();
	memcpy(out + out_used, from, bytes);
	out_used += bytes;
}

static void answer(int64_t result)
{
	struct vma *before = lists[current], *now = lists[current ^ 1];
	unsigned had = counts[current];
	unsigned has = has_query ? list_by_query(now) : list_by_text(now);
	unsigned low = 0, high = 0;
	while (low < had && low < has && memcmp(before + low, now + low, sizeof(*now)) == 0)
		low++;
	while (high < had - low && high < has - low &&
	       memcmp(before + had - 1 - high, now + has - 1 - high, sizeof(*now)) == 0)
		high++;
	struct answer a = { result, low, high, has - low - high, has };
	put(&a, sizeof(a));
	for (unsigned i = low; i < has - high; i++)
		put(now + i, sizeof(*now));
	counts[current ^ 1] = has;
	current ^= 1;
}

/* Writes or reads a byte of each page in [args[0], args[1]) where the VMA allows it, so that pages exist. */
static void touch(const uint64_t *args)
{
	const struct vma *list = lists[current];
	for (unsigned i = 0; i < counts[current]; i++) {
		uint64_t from = list[i].start > args[0] ? list[i].start : args[0];
		uint64_t to = list[i].end < args[1] ? list[i].end : args[1];
		for (uint64_t at = from; at < to; at += 4096) {
			/* The kernel does it, so that a page behind a file's end is an error, not a signal. */
			if (list[i].permissions & 2)
				syscall(SYS_getrandom, at, 1, 0);
			else if (list[i].permissions & 1)
				madvise((void *)at, 4096, 22 /* MADV_POPULATE_READ */);
		}
	}
}

/* A forked child answers with its own VMAs; the parent's answers go on from the parent's. */
static void answer_of_child(void)
{
	flush();
	pid_t child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		maps_fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
		answer(0);
		flush();
		_exit(0);
	}
	if (waitpid(child, NULL, 0) != child)
		fail("waitpid");
}

static int file(int flags_after, int pages, struct hello *h, int n)
{
	int fd = memfd_create("maptrail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct stat st;
	if (fd < 0 || ftruncate(fd, pages * 4096L) != 0)
		fail("memfd");
	if (flags_after >= 0) {
		char path[64];
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		int again = open(path, flags_after | O_CLOEXEC);
		if (again < 0)
			fail("open a memfd again");
		close(fd);
		fd = again;
	}
	fstat(fd, &st);
	h->inodes[n] = st.st_ino;
	h->fds[n] = fd;
	return fd;
}

static unsigned vmas_in_arena(void)
{
	unsigned count = has_query ? list_by_query(lists[1]) : list_by_text(lists[1]);
	munmap((void *)arena_start, arena_end - arena_start);
	return count;
}

static void probe(struct hello *h)
{
	const int anon = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, rw = PROT_READ | PROT_WRITE;
	char *base = (char *)(arena_end - (1 << 20));
	mmap(base, 4096, rw, anon, -1, 0);
	h->pkeys = syscall(SYS_pkey_mprotect, base, 4096, PROT_READ, 0) == 0;
	vmas_in_arena();
	mmap(base, 4096, rw, anon, -1, 0);
	mmap(base + 4096, 4096, PROT_READ, anon, -1, 0);
	h->move_several = mremap(base, 8192, 8192, MREMAP_MAYMOVE | MREMAP_FIXED, base + 65536) != MAP_FAILED;
	vmas_in_arena();
	mmap(base, 4096, rw, anon, -1, 0);
	mmap(base + 4096, 4096, rw, anon | MAP_STACK, -1, 0);
	h->stack_no_huge = vmas_in_arena() == 2;
	mmap(base, 4096, PROT_NONE, anon, -1, 0);
	mmap(base + 4096, 4096, rw, anon, -1, 0);
	mprotect(base + 4096, 4096, PROT_NONE);
	h->uncharge = vmas_in_arena() == 1;
}

int main(int argc, char **argv)
{
	if (!(personality(0xffffffff) & ADDR_NO_RANDOMIZE)) {
		if (personality(ADDR_NO_RANDOMIZE) < 0)
			fail("personality");
		execv("/proc/self/exe", argv);
		fail("exec");
	}
	(void)argc;
	struct hello h = { .magic = 0x314b524f57544dull, .page = 4096 };
	struct query q = { .size = sizeof(q), .flags = QUERY_NEXT };
	maps_fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	if (maps_fd < 0)
		fail("open /proc/self/maps");
	has_query = getenv("KERNEL_WORKER_TEXT") == NULL && ioctl(maps_fd, QUERY_IOCTL, &q) == 0;
	h.has_query = (uint32_t)has_query;
	/* 0 read-write, 1 read only, 2 write only, 3 sealed against writing, 4 a pipe, 5 read-write */
	h.dev = 0;
	struct stat st;
	fstat(file(-1, FILE_PAGES, &h, 0), &st);
	h.dev = (uint32_t)(((st.st_dev >> 8) & 0xfff) << 20 | (st.st_dev & 0xff));
	file(O_RDONLY, FILE_PAGES, &h, 1);
	file(O_WRONLY, FILE_PAGES, &h, 2);
	int sealed = file(-1, FILE_PAGES, &h, 3);
	if (fcntl(sealed, F_ADD_SEALS, F_SEAL_WRITE) != 0)
		fail("seal");
	int ends[2];
	if (pipe(ends) != 0)
		fail("pipe");
	h.fds[4] = ends[0];
	file(-1, FILE_PAGES, &h, 5);
	h.fds[6] = h.fds[7] = -1;
	h.shm_id = shmget(IPC_PRIVATE, 8 * 4096, IPC_CREAT | 0600);
	/* Unheeded until the last detach; kept attached outside the arena, so that it stays. */
	if (h.shm_id >= 0) {
		void *kept = shmat(h.shm_id, (void *)0x100000000000, 0);
		shmctl(h.shm_id, IPC_RMID, NULL);
		if (kept == (void *)-1)
			h.shm_id = -1;
	}
	char *top = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (top == MAP_FAILED)
		fail("mmap");
	munmap(top, 4096);
	arena_end = (uint64_t)top + 4096;
	arena_start = arena_end - ARENA_BYTES;
	h.arena_start = arena_start;
	h.arena_end = arena_end;
	probe(&h);
	put(&h, sizeof(h));
	flush();
	for (;;) {
		static struct op ops[MAX_BATCH];
		uint32_t count;
		read_all(&count, sizeof(count));
		if (count > MAX_BATCH)
			fail("batch too large");
		read_all(ops, count * sizeof(ops[0]));
		for (uint32_t n = 0; n < count; n++) {
			struct op op = ops[n];
			if (op.kind == OP_FORK) {
				answer_of_child();
				continue;
			}
			int64_t result = 0;
			if (op.kind == OP_CALL) {
				const uint64_t *a = op.args;
				long r = syscall(op.number, a[0], a[1], a[2], a[3], a[4], a[5]);
				result = r == -1 && errno != 0 ? -errno : r;
				errno = 0;
			} else if (op.kind == OP_TOUCH)
				touch(op.args);
			else
				munmap((void *)arena_start, arena_end - arena_start);
			answer(result);
		}
		flush();
	}
}
