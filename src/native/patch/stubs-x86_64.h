/* x86-64: what stubs-x86_64.S lays out and saves. The two files change together. */
#ifndef MAPTRAIL_STUBS_X86_64_H
#define MAPTRAIL_STUBS_X86_64_H

#include <stdint.h>

/* The caller's registers as the entry saves them on the caller's own stack, from the lowest address. */
struct mt_frame {
	uint64_t rbx, rbp;
	uint64_t nr; /* rax: the number going in, the result coming out */
	uint64_t args[6];
	uint64_t resume; /* written by the hook: the address to continue at */
	uint64_t stub;   /* its number */
	uint64_t flags;  /* rflags */
};

#define MT_RED_ZONE 128u

/* The caller's stack pointer at the site. */
static inline uint64_t mt_frame_sp(const struct mt_frame *frame)
{
	return (uint64_t)(frame + 1) + MT_RED_ZONE;
}

/* One stub; the offsets are those of the macro in stubs-x86_64.S. */
#define MT_JUMP_BYTES 5
#define MT_STUB_COUNT 64
#define MT_STUB_BYTES 64
#define MT_STUB_MOVED 0        /* instructions moved from the site, MT_STUB_MOVED_MAX bytes */
#define MT_STUB_MOVED_MAX 16
#define MT_STUB_NUMBER 16      /* mov $nr,%eax */
#define MT_STUB_INLINE 37      /* syscall; jmp resume */
#define MT_STUB_BACK 39        /* the jmp resume */
#define MT_STUB_INLINE_AFTER 44 /* syscall; a child: jmp resume; a parent: call mt_child_made, then jmp resume */

extern char mt_stubs[MT_STUB_COUNT][MT_STUB_BYTES] __attribute__((visibility("hidden")));

/* The code between a stub and the hook: [mt_entry, mt_entries_end), and the return addresses of its two calls. */
extern char mt_entry[] __attribute__((visibility("hidden")));
extern char mt_entry_return[] __attribute__((visibility("hidden")));
extern char mt_child_made_return[] __attribute__((visibility("hidden")));
extern char mt_entries_end[] __attribute__((visibility("hidden")));

/* Makes the program's own call with the frame's registers; returns the kernel's raw result. */
long mt_program_call(const struct mt_frame *frame) __attribute__((visibility("hidden")));

#endif
