/* The system calls that the hook itself makes inside the recorded process, without libc. */
#ifndef MAPTRAIL_SYS_H
#define MAPTRAIL_SYS_H

#include <stddef.h>
#include <stdint.h>

#include "arch.h"

#define MT_AT_FDCWD -100
#define MT_O_RDONLY 0
#define MT_O_WRONLY 1
#define MT_O_RDWR 2
#define MT_O_CREAT 0100
#define MT_O_EXCL 0200
#define MT_O_TRUNC 01000
#define MT_O_NOFOLLOW 0400000
#define MT_O_CLOEXEC 02000000

#define MT_PROT_READ 1
#define MT_PROT_WRITE 2
#define MT_PROT_EXEC 4
#define MT_MAP_SHARED 0x01
#define MT_MAP_PRIVATE 0x02
#define MT_MAP_FIXED 0x10
#define MT_MAP_ANONYMOUS 0x20
#define MT_MAP_NORESERVE 0x4000
#define MT_MAP_FIXED_NOREPLACE 0x100000
#define MT_MADV_DONTFORK 10
#define MT_MADV_DONTDUMP 16
#define MT_MADV_WIPEONFORK 18
#define MT_MADV_POPULATE_WRITE 23

#define MT_ENOENT 2
#define MT_EINTR 4
#define MT_EEXIST 17
#define MT_EINVAL 22
#define MT_ENOSYS 38
#define MT_EOPNOTSUPP 95

#define MT_RLIMIT_FSIZE 1
#define MT_RLIMIT_AS 9

#define MT_CLOCK_REALTIME 0
#define MT_CLOCK_MONOTONIC 1

#define MT_SIG_BLOCK 0
#define MT_SIG_SETMASK 2

#define MT_CLONE_VM 0x100ul
#define MT_CLONE_VFORK 0x4000ul
#define MT_CLONE_SETTLS 0x80000ul

static inline int mt_failed(long result)
{
	return (unsigned long)result > -4096ul;
}

/* Opens a file by path; O_CLOEXEC always. */
static inline int mt_open(const char *path, int flags, int mode)
{
	return (int)mt_sys4(MT_NR_openat, MT_AT_FDCWD, (long)path, flags | MT_O_CLOEXEC, mode);
}

static inline void mt_close(int fd)
{
	mt_sys1(MT_NR_close, fd);
}

static inline long mt_read(int fd, void *to, size_t bytes)
{
	long got;
	do
		got = mt_sys3(MT_NR_read, fd, (long)to, (long)bytes);
	while (got == -MT_EINTR);
	return got;
}

static inline long mt_readlink(const char *path, char *to, size_t bytes)
{
	return mt_sys4(MT_NR_readlinkat, MT_AT_FDCWD, (long)path, (long)to, (long)bytes);
}

static inline uint64_t mt_clock(int which)
{
	int64_t now[2] = { 0, 0 };
	mt_sys2(MT_NR_clock_gettime, which, (long)now);
	return (uint64_t)now[0] * 1000000000u + (uint64_t)now[1];
}

/*
 * Whether the aligned word around `at` can be read. rt_sigprocmask copies the new set from user
 * memory before it checks `how`: with an invalid `how` it changes nothing, and fails with EINVAL
 * where the word was readable and with EFAULT where it was not.
 */
static inline int mt_is_readable(uint64_t at)
{
	return mt_sys4(MT_NR_rt_sigprocmask, -1, (long)(at & ~7ull), 0, 8) == -MT_EINVAL;
}

/* The time stamp counter and CLOCK_MONOTONIC (ns) at one moment: of three readings, the pair taken closest together. */
static inline void mt_clock_pair(uint64_t *ticks, uint64_t *nanos)
{
	uint64_t closest = ~0ull;
	*ticks = *nanos = 0;
	for (int i = 0; i < 3; i++) {
		uint64_t before = mt_ticks();
		uint64_t now = mt_clock(MT_CLOCK_MONOTONIC);
		uint64_t distance = mt_ticks() - before;
		if (distance < closest) {
			closest = distance;
			*ticks = before + distance / 2;
			*nanos = now;
		}
	}
}

#endif
