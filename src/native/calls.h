/* The system calls that are recorded: number, kind on the wire and count of arguments. */
#ifndef MAPTRAIL_CALLS_H
#define MAPTRAIL_CALLS_H

#include "arch.h"
#include "record.h"

/* X(system call, enum mt_kind, arguments). The plain ones need no more than a begin, the call and an end. */
#define MT_PLAIN_CALLS(X) \
	X(mmap, MT_KIND_MMAP, 6) \
	X(mremap, MT_KIND_MREMAP, 5) \
	X(mprotect, MT_KIND_MPROTECT, 3) \
	X(pkey_mprotect, MT_KIND_PKEY_MPROTECT, 4) \
	X(brk, MT_KIND_BRK, 1) \
	X(madvise, MT_KIND_MADVISE, 3) \
	X(shmat, MT_KIND_SHMAT, 3) \
	X(shmdt, MT_KIND_SHMDT, 1) \
	X(remap_file_pages, MT_KIND_REMAP_FILE_PAGES, 5) \
	X(io_setup, MT_KIND_IO_SETUP, 2) \
	X(io_destroy, MT_KIND_IO_DESTROY, 1)

#define MT_MEMORY_CALLS(X) \
	MT_PLAIN_CALLS(X) \
	X(munmap, MT_KIND_MUNMAP, 2) \
	X(prctl, MT_KIND_PRCTL, 5)

#define MT_PROCESS_CALLS(X) \
	X(clone, MT_KIND_CLONE, 5) \
	X(clone3, MT_KIND_CLONE, 2) \
	X(fork, MT_KIND_CLONE, 0) \
	X(vfork, MT_KIND_VFORK, 0) \
	X(execve, MT_KIND_EXECVE, 3) \
	X(execveat, MT_KIND_EXECVEAT, 5) \
	X(exit_group, MT_KIND_EXIT_GROUP, 1)

/* Intercepted but not recorded: the hook frees address space before them. See hook/limits.c. */
#define MT_WATCHED_CALLS(X) \
	X(setrlimit, 0, 2) \
	X(prlimit64, 0, 4) \
	X(mlockall, 0, 1)

/* The name of an intercepted call, or 0: a site of any other call is not patched. */
static inline const char *mt_call_name(uint32_t nr)
{
	switch (nr) {
#define X(name, kind, arguments) \
	case MT_NR_##name: \
		return #name;
		MT_MEMORY_CALLS(X)
		MT_PROCESS_CALLS(X)
		MT_WATCHED_CALLS(X)
#undef X
	default:
		return 0;
	}
}

#endif
