/* System calls made by the tool itself, without libc: what the hook may use inside someone else's process. */
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

#define MT_EINTR 4
#define MT_EEXIST 17
#define MT_EINVAL 22
#define MT_ENOSYS 38
#define MT_EOPNOTSUPP 95

#define MT_RLIMIT_FSIZE 1
#define MT_RLIMIT_AS 9

#define MT_CLOCK_REALTIME 0
#define MT_CLOCK_MONOTONIC 1

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

/* The time stamp counter and CLOCK_MONOTONIC at one moment: the closest of a few pairs of readings. */
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

/* Memory and text without libc; the compiler is told not to turn them into calls. */
static inline void mt_copy(void *to, const void *from, size_t bytes)
{
	char *t = to;
	const char *f = from;
	while (bytes--)
		*t++ = *f++;
}

static inline void mt_zero(void *to, size_t bytes)
{
	char *t = to;
	while (bytes--)
		*t++ = 0;
}

static inline int mt_same(const void *a, const void *b, size_t bytes)
{
	const char *x = a, *y = b;
	while (bytes--)
		if (*x++ != *y++)
			return 0;
	return 1;
}

static inline size_t mt_length(const char *text)
{
	size_t n = 0;
	while (text[n])
		n++;
	return n;
}

static inline int mt_starts_with(const char *text, const char *start)
{
	while (*start)
		if (*text++ != *start++)
			return 0;
	return 1;
}

/* Appends text, decimal and hexadecimal numbers; each returns the new end and the caller owns the room. */
static inline char *mt_put(char *to, const char *text)
{
	while (*text)
		*to++ = *text++;
	return to;
}

static inline char *mt_put_decimal(char *to, uint64_t value)
{
	char digits[20];
	int n = 0;
	do
		digits[n++] = (char)('0' + value % 10);
	while (value /= 10);
	while (n)
		*to++ = digits[--n];
	return to;
}

static inline char *mt_put_hex(char *to, uint64_t value)
{
	char digits[16];
	int n = 0;
	do
		digits[n++] = "0123456789abcdef"[value & 15];
	while (value >>= 4);
	while (n)
		*to++ = digits[--n];
	return to;
}

#endif
