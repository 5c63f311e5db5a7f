/* x86-64: system call numbers, the tool's own system call instruction, the clock and the stub's frame. */
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

/* The caller's registers as stubs-x86_64.S saves them. */
struct mt_frame {
	uint64_t nr; /* rax: the number going in, the result coming out */
	uint64_t args[6];
	uint64_t slot;  /* which stub; the dispatcher replaces it by the address to go on at */
	uint64_t flags; /* rflags */
};

#define MT_RED_ZONE 128u

/* The stack pointer that the caller had at the site. */
static inline uint64_t mt_frame_sp(const struct mt_frame *frame)
{
	return (uint64_t)(frame + 1) + MT_RED_ZONE;
}

/* The caller's registers that the stub saves below the frame. */
static inline uint64_t mt_frame_rbp(const struct mt_frame *frame)
{
	return ((const uint64_t *)frame)[-1];
}

static inline uint64_t mt_frame_rbx(const struct mt_frame *frame)
{
	return ((const uint64_t *)frame)[-2];
}

/* One stub; the offsets are those of the macro in stubs-x86_64.S. */
#define MT_JUMP_BYTES 5
#define MT_STUB_COUNT 64
#define MT_STUB_BYTES 64
#define MT_STUB_MOVED 0        /* instructions moved from the site, MT_STUB_MOVED_MAX bytes */
#define MT_STUB_MOVED_MAX 16
#define MT_STUB_NUMBER 16      /* mov $nr,%eax */
#define MT_STUB_INLINE 37      /* syscall; jmp back */
#define MT_STUB_BACK 39        /* the jmp back */
#define MT_STUB_INLINE_AFTER 44 /* syscall; child: back; parent: report, then back */

extern char mt_stubs[MT_STUB_COUNT][MT_STUB_BYTES] __attribute__((visibility("hidden")));

/* The code between a stub and mt_dispatch, and the two places that calls from it return to. */
extern char mt_entry[] __attribute__((visibility("hidden")));
extern char mt_entry_behind[] __attribute__((visibility("hidden")));
extern char mt_returned_behind[] __attribute__((visibility("hidden")));
extern char mt_entries_end[] __attribute__((visibility("hidden")));

/* What mt_dispatch answers to the stub. */
enum mt_way {
	MT_WAY_DONE = 0,   /* the result stands in frame.nr; go on at frame.slot */
	MT_WAY_INLINE = 1  /* make the call on the caller's own stack, at frame.slot */
};

/* Calls function(argument) with the stack pointer at `stack`, aligned to 16. */
void mt_call_on(void *stack, void (*function)(void *), void *argument) __attribute__((visibility("hidden")));

/* Makes the program's own call with the frame's registers; returns the kernel's raw result. */
long mt_program_call(const struct mt_frame *frame) __attribute__((visibility("hidden")));

#endif
