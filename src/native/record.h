/*
 * The wire layout of a journal: what the hook writes and the decoder reads.
 * This header is the only owner of the layout; src/journal/wire/wire.gen.ts is
 * generated from it (npm run wire) and a check fails when the two differ.
 *
 * A journal is one file per process and exec:
 *
 *   offset 0      struct mt_header, MT_HEADER_SIZE bytes
 *   offset 4096   slot 0, slot 1, ... of MT_RECORD_SIZE bytes each
 *
 * A slot is drawn by one atomic add on header.cursor, so the slot's index is
 * the begin stamp of the call in it: the order in which calls began, over all
 * threads. A file is written once, front to back; a slot is never reused. All
 * integers are little-endian. `state` is written last, so a record whose state
 * is MT_STATE_DONE is whole, whatever killed its writer.
 */
#ifndef MAPTRAIL_RECORD_H
#define MAPTRAIL_RECORD_H

#include <stdint.h>

#define MT_MAGIC 0x4c49415254504d01ull /* "\1MPTRAIL" read as little-endian */
#define MT_VERSION 1u
#define MT_HEADER_SIZE 4096u
#define MT_RECORD_SIZE 128u
#define MT_TEXT_BYTES 96u /* payload of one text record */
#define MT_STACK_FRAMES 13u /* frames in one stack record */
#define MT_STACK_DEPTH 256u /* frames that are kept of a stack, at most */
#define MT_FRAME_ADDRESS_BITS 48u /* of a frame: the module's number stands above them */

enum mt_state {
	MT_STATE_EMPTY = 0, /* drawn by a writer that has not begun to fill it, or never drawn */
	MT_STATE_BEGUN = 1, /* the call is running, or was left by longjmp: result unknown */
	MT_STATE_DONE = 2
};

/* What a record holds. Calls first, one number each, whatever the architecture's own number is. */
enum mt_kind {
	MT_KIND_NONE = 0,
	MT_KIND_MMAP = 1,
	MT_KIND_MUNMAP = 2,
	MT_KIND_MREMAP = 3,
	MT_KIND_MPROTECT = 4,
	MT_KIND_PKEY_MPROTECT = 5,
	MT_KIND_BRK = 6,
	MT_KIND_MADVISE = 7,
	MT_KIND_SHMAT = 8,
	MT_KIND_SHMDT = 9,
	MT_KIND_REMAP_FILE_PAGES = 10,
	MT_KIND_IO_SETUP = 11,
	MT_KIND_IO_DESTROY = 12,
	MT_KIND_PRCTL = 13,
	/* calls that make, replace or end an address space */
	MT_KIND_CLONE = 32,  /* fork, clone and clone3 without CLONE_VM; result is the child */
	MT_KIND_VFORK = 33,  /* vfork, and clone and clone3 with CLONE_VM but without CLONE_SETTLS */
	MT_KIND_EXECVE = 34, /* written before the call; a failure is told by EXEC_RETURNED */
	MT_KIND_EXECVEAT = 35,
	MT_KIND_EXEC_RETURNED = 36, /* args[0]: slot of the exec record, result: -errno */
	MT_KIND_EXIT_GROUP = 37,
	/* observations */
	MT_KIND_TEXT = 64,  /* struct mt_text: a piece of a text */
	MT_KIND_CLOCK = 65, /* args[0]: tsc, args[1]: CLOCK_MONOTONIC in nanoseconds */
	MT_KIND_SEALED = 66, /* the program installed a seccomp filter: the hook makes no call of its own from here on */
	MT_KIND_STACK = 67 /* struct mt_stack: a piece of a call stack */
};

/* mt_record.flags */
#define MT_FLAG_ASSUMED 1u  /* the result was not seen: it is what the call does when it works (munmap of the own stack) */
#define MT_FLAG_SHM_SIZE 2u /* shmat: args[3] holds the segment's size in bytes, args[4] its id (0 when unknown) */
#define MT_FLAG_FILE 4u     /* dev, inode and path belong to the file behind the mapping */
#define MT_FLAG_OWN_SPACE 8u /* exec: by the process whose journal this is, not by a child that shares its memory */

/* One call. 128 bytes: two cache lines, so that threads do not share a line. */
struct mt_record {
	uint32_t state; /* enum mt_state, written last */
	uint16_t kind;  /* enum mt_kind */
	uint16_t flags;
	uint32_t tid;
	uint32_t dev;       /* of the mapped file, as fstat gives it: major << 20 | minor */
	uint64_t end;       /* end stamp: header.cursor as read after the call */
	uint64_t tsc_begin; /* time stamp counter before and after the call */
	uint64_t tsc_end;
	uint64_t args[6]; /* raw, as in the registers */
	int64_t result;   /* raw, as the kernel gave it: -errno on failure */
	uint64_t return_address; /* 0 in the mode `none` */
	uint64_t inode;
	uint64_t path; /* key of the text record with the file's path; 0 is none */
	uint32_t stack; /* mt_stack.id of the call's stack, which lies before this record; 0 is none */
	uint32_t target; /* exec: enum mt_target bits of the program that is to run */
};

/* What a text is about: mt_text.topic. */
enum mt_topic {
	MT_TOPIC_PATH = 1,     /* key is mt_record.path of the calls that name it */
	MT_TOPIC_MAPS = 2,     /* /proc/self/maps; key is enum mt_moment */
	MT_TOPIC_COVERAGE = 3, /* lines of "word word ...", see coverage.c */
	MT_TOPIC_EXE = 4,      /* /proc/self/exe */
	MT_TOPIC_ARGV = 5,     /* arguments, each ended by a zero byte */
	MT_TOPIC_NOTE = 6,     /* one sentence about what the hook could not do */
	MT_TOPIC_MODULE = 7    /* key is the module's number in frames: "BUILD-ID PATH", or "- PATH" */
};

/* When a maps text was taken. */
enum mt_moment {
	MT_MOMENT_START = 1, /* in the constructor, before the program's own code */
	MT_MOMENT_FORK = 2,  /* in the child of a fork, before its first own event */
	MT_MOMENT_EXEC = 3,  /* before an exec */
	MT_MOMENT_EXIT = 4,  /* before exit_group */
	MT_MOMENT_DEMAND = 5
};

/*
 * A piece of a text. The pieces of one text have the same tid, topic and key;
 * `piece` counts from 0 and the last one carries MT_TEXT_LAST. A thread writes
 * one text of a topic at a time, but other threads' records may lie between its
 * pieces. A maps text was read between the stamps `slot of piece 0 - read_before`
 * and the slot of its last piece: it is stable when no memory call was running
 * or began between the two.
 */
#define MT_TEXT_LAST 1u /* mt_text.flags: the last piece */
#define MT_TEXT_CUT 2u  /* the text was longer than could be written or read */
struct mt_text {
	uint32_t state;
	uint16_t kind; /* MT_KIND_TEXT */
	uint16_t flags;
	uint32_t tid;
	uint16_t topic;  /* enum mt_topic */
	uint16_t length; /* bytes used in this piece, at most MT_TEXT_BYTES */
	uint64_t key;
	uint32_t piece;
	uint32_t read_before; /* piece 0: slots drawn between the start of the reading and this slot */
	uint8_t bytes[MT_TEXT_BYTES];
};

/* How much of a call's stack is kept: header.stacks. */
enum mt_stacks {
	MT_STACKS_UNWIND = 0, /* all frames, by .eh_frame */
	MT_STACKS_NONE = 1,
	MT_STACKS_CALLER = 2, /* the innermost frame */
	MT_STACKS_FP = 3      /* by frame pointers */
};

/* Why a stack's outermost frame is the last one. */
enum mt_end {
	MT_END_START = 1,     /* the program's or thread's first frame */
	MT_END_CALLER = 2,    /* only the caller was asked for, or had room */
	MT_END_NO_TABLE = 3,  /* no unwind table covers the last frame */
	MT_END_BAD_TABLE = 4, /* the table could not be followed */
	MT_END_NO_MEMORY = 5, /* the stack's memory ends, or may not be read */
	MT_END_DEPTH = 6      /* deeper than MT_STACK_DEPTH */
};

/*
 * A piece of a call stack, the innermost frame first. The pieces of one stack have
 * the same id, which is drawn once in a journal; `piece` counts from 0 and the last
 * one carries MT_STACK_LAST. A stack is whole before the first record that names it.
 *
 * A frame is an address below 2^48: the ELF virtual address in the module whose
 * number stands in the bits above, or the address itself where that number is 0.
 * It is a return address, but for the frame behind a signal handler's restorer.
 */
#define MT_STACK_LAST 1u /* mt_stack.flags: the last piece */
struct mt_stack {
	uint32_t state;
	uint16_t kind; /* MT_KIND_STACK */
	uint16_t flags;
	uint32_t tid;
	uint32_t id;
	uint16_t piece;
	uint8_t count; /* frames used in this piece, at most MT_STACK_FRAMES */
	uint8_t end;   /* enum mt_end, in the last piece */
	uint32_t unused;
	uint64_t frames[MT_STACK_FRAMES];
};

/* What kind of program an exec runs: mt_record.target. 0 is unknown. */
#define MT_TARGET_READ 1u          /* the file could be read, so the other bits mean something */
#define MT_TARGET_ELF64 2u
#define MT_TARGET_ELF32 4u
#define MT_TARGET_INTERP 8u        /* has PT_INTERP: the dynamic loader runs it */
#define MT_TARGET_GO 16u           /* has a Go build id */
#define MT_TARGET_SETID 32u        /* set-user-id or set-group-id, and not our own id */
#define MT_TARGET_CAPS 64u         /* has file capabilities */
#define MT_TARGET_SCRIPT 128u      /* reached through a #! line: the other bits are the interpreter's */
#define MT_TARGET_OTHER_ARCH 256u
#define MT_TARGET_NO_ENTRY 512u    /* no such file: the exec will fail */
#define MT_TARGET_LOADER 1024u     /* is itself a dynamic loader */
#define MT_TARGET_NOT_CARRIED 2048u /* the hook stays behind: its library is out of the program's reach, or another recorder takes over */

/* header.features */
#define MT_FEATURE_FORKED 1u        /* opened in the child of a fork, not by an exec */
#define MT_FEATURE_LAUNCHER 2u      /* written by the launcher: holds the first exec and no address space of a program */
#define MT_FEATURE_WROTE_MEM 4u     /* sites were patched through /proc/self/mem */
#define MT_FEATURE_WROTE_PROTECT 8u /* sites were patched through mprotect, which splits libc's text */
#define MT_FEATURE_NO_MAPS 16u      /* /proc/self/maps could not be read */

/* Why recording stopped or lost something: header.lost_reason */
enum mt_lost {
	MT_LOST_NOTHING = 0,
	MT_LOST_DISK = 1,      /* the journal's filesystem is full */
	MT_LOST_LIMIT = 2,     /* RLIMIT_FSIZE or RLIMIT_AS leaves no room */
	MT_LOST_PATH = 3,      /* the journal's path can no longer be reached (chroot, user change, no free fd) */
	MT_LOST_SEALED = 4,    /* a seccomp filter forbids what growing the journal needs */
	MT_LOST_STOPPED = 5,   /* the recorder asked to stop */
	MT_LOST_BUSY = 6       /* another thread held the journal's growth for too long */
};

struct mt_header {
	uint64_t magic;
	uint32_t version;
	uint32_t header_size;
	uint32_t record_size;
	uint32_t page_size;
	uint32_t arch; /* 1 x86-64, 2 aarch64 */
	uint32_t features;
	uint32_t pid;
	uint32_t ppid;
	uint32_t tid;         /* of the thread that opened the journal */
	uint32_t parent_pid;  /* forked: the process whose address space was copied */
	uint64_t parent_open_tsc; /* forked: tsc_open of that process's journal, 0 if unknown */
	uint64_t tsc_open;    /* the pair at opening: with the last CLOCK record it turns ticks into time */
	uint64_t mono_open;   /* CLOCK_MONOTONIC, ns */
	uint64_t real_open;   /* CLOCK_REALTIME, ns */
	uint64_t tsc_last;    /* a later pair, 0 until there is one */
	uint64_t mono_last;
	uint64_t tool_base;   /* the tool's own memory: a region far from the program's */
	uint64_t tool_length;
	uint64_t library_base; /* where the hook's library lies */
	uint64_t library_length;
	/*
	 * Each of these three has cache lines of its own: the first is written by
	 * every call, the second read by every call, the third by the recorder only.
	 */
	_Alignas(256) uint64_t cursor; /* slots drawn */
	_Alignas(256) uint64_t limit;  /* slots that have room in the file; grows, never shrinks */
	uint64_t lost;                 /* calls that could not be recorded */
	uint32_t lost_reason;          /* enum mt_lost, the first one */
	uint32_t ended;                /* 1 once the process said that it ends (exit_group or exec) */
	uint32_t stop;                 /* by the recorder: 1 asks the hook to record no more */
	uint32_t wants_room;           /* 1: the hook cannot extend the file and waits for the recorder to do it */
	uint32_t stacks;               /* enum mt_stacks */
	uint32_t stacks_lost;          /* calls whose stack found no room any more */
	_Alignas(256) uint64_t drained; /* by the recorder: slots below this are in the database */
	_Alignas(2048) uint8_t padding[2048];
};

_Static_assert(sizeof(struct mt_record) == MT_RECORD_SIZE, "a record is 128 bytes");
_Static_assert(sizeof(struct mt_text) == MT_RECORD_SIZE, "a text piece is 128 bytes");
_Static_assert(sizeof(struct mt_stack) == MT_RECORD_SIZE, "a piece of a stack is 128 bytes");
_Static_assert(sizeof(struct mt_header) == MT_HEADER_SIZE, "the header is one page");

#endif
