/* x86-64: system call numbers, the system call instruction and the time stamp counter. */
#ifndef MAPTRAIL_ARCH_X86_64_H
#define MAPTRAIL_ARCH_X86_64_H

#include <stdint.h>

#define MT_ARCH 1u

enum {
	MT_NR_read = 0,
	MT_NR_close = 3,
	MT_NR_fstat = 5,
	MT_NR_mmap = 9,
	MT_NR_mprotect = 10,
	MT_NR_munmap = 11,
	MT_NR_brk = 12,
	MT_NR_rt_sigprocmask = 14,
	MT_NR_pwrite64 = 18,
	MT_NR_sched_yield = 24,
	MT_NR_mremap = 25,
	MT_NR_madvise = 28,
	MT_NR_shmat = 30,
	MT_NR_shmctl = 31,
	MT_NR_nanosleep = 35,
	MT_NR_getpid = 39,
	MT_NR_clone = 56,
	MT_NR_fork = 57,
	MT_NR_vfork = 58,
	MT_NR_execve = 59,
	MT_NR_shmdt = 67,
	MT_NR_rename = 82,
	MT_NR_geteuid = 107,
	MT_NR_getegid = 108,
	MT_NR_getppid = 110,
	MT_NR_prctl = 157,
	MT_NR_gettid = 186,
	MT_NR_fgetxattr = 193,
	MT_NR_io_setup = 206,
	MT_NR_io_destroy = 207,
	MT_NR_remap_file_pages = 216,
	MT_NR_clock_gettime = 228,
	MT_NR_mlockall = 151,
	MT_NR_setrlimit = 160,
	MT_NR_exit_group = 231,
	MT_NR_openat = 257,
	MT_NR_readlinkat = 267,
	MT_NR_fallocate = 285,
	MT_NR_prlimit64 = 302,
	MT_NR_seccomp = 317,
	MT_NR_execveat = 322,
	MT_NR_pkey_mprotect = 329,
	MT_NR_clone3 = 435,
	MT_NR_LIMIT = 512
};

static inline long mt_sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long mt_sys4(long nr, long a, long b, long c, long d)
{
	long result;
	register long r10 __asm__("r10") = d;
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long mt_sys3(long nr, long a, long b, long c)
{
	return mt_sys4(nr, a, b, c, 0);
}

static inline long mt_sys2(long nr, long a, long b)
{
	return mt_sys4(nr, a, b, 0, 0);
}

static inline long mt_sys1(long nr, long a)
{
	return mt_sys4(nr, a, 0, 0, 0);
}

static inline long mt_sys0(long nr)
{
	return mt_sys4(nr, 0, 0, 0, 0);
}

static inline uint64_t mt_ticks(void)
{
	uint32_t low, high;
	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

static inline void mt_pause(void)
{
	__asm__ volatile("pause");
}

#endif
