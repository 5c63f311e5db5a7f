/*
 * The wire layout of a journal: what the hook writes and the recorder reads. No other file defines it;
 * src/journal/wire/wire.gen.ts is generated from this header (npm run wire), and npm run wire:check fails
 * when the two differ.
 *
 * A journal is one file for each process and exec:
 *
 *   offset 0      struct mt_header, MT_HEADER_SIZE bytes
 *   offset 4096   slot 0, slot 1, ... of MT_RECORD_SIZE bytes each
 *
 * A writer reserves a slot by one atomic add on header.cursor, so a slot's index is the begin stamp of
 * its call: the order in which calls began, over all threads. A slot is written once and never reused.
 * All integers are little-endian. `state` is written last: a record whose state is MT_STATE_DONE is
 * whole, even if its writer was killed by SIGKILL right after.
 *
 * Slot 47 of a journal, at offset 4096 + 47 * 128 = 0x2780, with the record of
 *
 *   mremap(0x7f71cc98c000, 8192, 1048576, MREMAP_MAYMOVE) = 0x7f71cc69f000
 *
 *   +0x00  02 00 00 00              state           2, MT_STATE_DONE
 *   +0x04  03 00                    kind            3, MT_KIND_MREMAP
 *   +0x06  00 00                    flags           none
 *   +0x08  96 4b 00 00              tid             19350
 *   +0x0c  00 00 00 00              dev             0: no file
 *   +0x10  30 00 00 00 00 00 00 00  end             48: no other call began while this one ran
 *   +0x18  d2 a1 0b ff 57 04 00 00  tsc_begin       0x457ff0ba1d2
 *   +0x20  72 ef 0b ff 57 04 00 00  tsc_end         0x457ff0bef72: 19872 ticks, 7.6 us at 2.6 GHz
 *   +0x28  00 c0 98 cc 71 7f 00 00  args[0]         old address
 *   +0x30  00 20 00 00 00 00 00 00  args[1]         old length, 8192
 *   +0x38  00 00 10 00 00 00 00 00  args[2]         new length, 1048576
 *   +0x40  01 00 00 00 00 00 00 00  args[3]         flags, MREMAP_MAYMOVE
 *   +0x48  00 00 00 00 00 00 00 00  args[4]         new address: unused without MREMAP_FIXED
 *   +0x50  00 00 00 00 00 00 00 00  args[5]         mremap has five arguments
 *   +0x58  00 f0 69 cc 71 7f 00 00  result          the mapping moved
 *   +0x60  8e d1 95 cb 4f 56 00 00  return_address  0x564fcb95d18e, in main
 *   +0x68  00 00 00 00 00 00 00 00  inode           0: no file
 *   +0x70  00 00 00 00 00 00 00 00  path            0: no text
 *   +0x78  02 00 00 00              stack           the second stack in this journal
 *   +0x7c  00 00 00 00              target          0: not an exec
 */
#ifndef MAPTRAIL_RECORD_H
#define MAPTRAIL_RECORD_H

#include <stdint.h>

#define MT_MAGIC 0x4c49415254504d01ull /* "\1MPTRAIL" read as little-endian */
/*
 * A reader refuses a journal of another version. Raise it whenever a reader of the old layout would misread
 * the new one: a field moves or changes its size or meaning, a value is given another meaning, or a new kind
 * changes the address space (a reader skips records of unknown kinds). A new observation, a new flag, or a
 * field made of padding that was zero before keeps the version.
 */
#define MT_VERSION 1u
#define MT_HEADER_SIZE 4096u
#define MT_RECORD_SIZE 128u
#define MT_TEXT_BYTES 96u /* payload of one text record */
#define MT_STACK_FRAMES 13u /* frames in one stack record */
#define MT_STACK_DEPTH 256u /* frames that are kept of a stack, at most */
#define MT_FRAME_ADDRESS_BITS 48u /* of a frame; the module's number is in the bits above */

enum mt_state {
	MT_STATE_EMPTY = 0, /* not reserved yet, or reserved and not begun */
	MT_STATE_BEGUN = 1, /* the call is running, or never returned (longjmp out of a handler, a kill): result unknown */
	MT_STATE_DONE = 2
};

/* What a record holds. Calls have the same kind on every architecture. */
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
	/* calls that create, replace or end an address space */
	MT_KIND_CLONE = 32,  /* fork, clone and clone3 without CLONE_VM; result is the child */
	MT_KIND_VFORK = 33,  /* vfork, and clone and clone3 with CLONE_VM but without CLONE_SETTLS */
	MT_KIND_EXECVE = 34, /* written before the call; a failed one is followed by EXEC_RETURNED */
	MT_KIND_EXECVEAT = 35,
	MT_KIND_EXEC_RETURNED = 36, /* args[0]: slot of the exec record, result: -errno */
	MT_KIND_EXIT_GROUP = 37,
	/* observations */
	MT_KIND_TEXT = 64,  /* struct mt_text */
	MT_KIND_CLOCK = 65, /* args[0]: tsc, args[1]: CLOCK_MONOTONIC in nanoseconds */
	MT_KIND_SEALED = 66, /* the program installed a seccomp filter: the hook makes no call of its own from here on */
	MT_KIND_STACK = 67 /* struct mt_stack */
};

/* mt_record.flags */
#define MT_FLAG_ASSUMED 1u  /* the result was not observed; the call is taken to have succeeded (munmap of the own stack) */
#define MT_FLAG_SHM_SIZE 2u /* shmat: args[3] holds the segment's size in bytes, args[4] its id (0 when unknown) */
#define MT_FLAG_FILE 4u     /* dev, inode and path belong to the file behind the mapping */
#define MT_FLAG_OWN_SPACE 8u /* exec: of the process whose journal this is, not of a child that shares its memory */

/* One call. 128 bytes are two cache lines, so that no two threads write to one line. */
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
	int64_t result;   /* the kernel's raw result: -errno on failure */
	uint64_t return_address; /* 0 in the mode `none` */
	uint64_t inode;
	uint64_t path; /* key of the text with the file's path; 0: none */
	uint32_t stack; /* mt_stack.id of the call's stack, whose records precede this one; 0: none */
	uint32_t target; /* exec: MT_TARGET_ bits of the program to run */
};

/* mt_text.topic */
enum mt_topic {
	MT_TOPIC_PATH = 1,     /* key is mt_record.path of the calls that name it */
	MT_TOPIC_MAPS = 2,     /* /proc/self/maps; key is enum mt_moment */
	MT_TOPIC_COVERAGE = 3, /* which calls the hook sees; patch/coverage.h has its lines */
	MT_TOPIC_EXE = 4,      /* /proc/self/exe */
	MT_TOPIC_ARGV = 5,     /* arguments, each ended by a zero byte */
	MT_TOPIC_NOTE = 6,     /* a sentence about what the hook could not do */
	MT_TOPIC_MODULE = 7    /* key is the module's number in frames: "BUILD-ID PATH", or "- PATH" */
};

/* When a maps text was read. */
enum mt_moment {
	MT_MOMENT_START = 1, /* in the constructor, before the program's own code */
	MT_MOMENT_FORK = 2,  /* in the child of a fork, before its own first call */
	MT_MOMENT_EXEC = 3,  /* before an exec */
	MT_MOMENT_EXIT = 4,  /* before exit_group */
	MT_MOMENT_DEMAND = 5
};

/*
 * A piece of a text. The pieces of one text have the same tid, topic and key; `piece` counts from 0
 * and the last one has MT_TEXT_LAST. A thread writes one text of a topic at a time; records of other
 * threads may lie between its pieces. A maps text was read between slot `piece 0's slot - read_before`
 * and its last piece's slot. It is consistent if no memory call began or was running between the two.
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
	uint32_t read_before; /* piece 0: slots reserved since the reading began */
	uint8_t bytes[MT_TEXT_BYTES];
};

/* header.stacks: how much of a call's stack is recorded */
enum mt_stacks {
	MT_STACKS_UNWIND = 0, /* all frames, by .eh_frame */
	MT_STACKS_NONE = 1,
	MT_STACKS_CALLER = 2, /* the innermost frame */
	MT_STACKS_FP = 3      /* by frame pointers */
};

/* Why a stack's outermost frame is the last one. */
enum mt_end {
	MT_END_START = 1,     /* the program's or thread's first frame */
	MT_END_CALLER = 2,    /* the mode is `caller`, or there was room for no more */
	MT_END_NO_TABLE = 3,  /* no unwind table covers the last frame */
	MT_END_BAD_TABLE = 4, /* the unwind table could not be interpreted */
	MT_END_NO_MEMORY = 5, /* the stack's memory ends or cannot be read */
	MT_END_DEPTH = 6      /* deeper than MT_STACK_DEPTH */
};

/*
 * A piece of a call stack, innermost frame first. The pieces of one stack have the same id, which is
 * unique in a journal; `piece` counts from 0 and the last one has MT_STACK_LAST. All pieces precede
 * the first record that refers to the stack.
 *
 * A frame is 48 bits of address and 16 bits of module number. With a module, the address is an ELF
 * virtual address in its file; with number 0 it is a run-time address. It is a return address, except
 * in the frame that a signal interrupted, where it is the instruction itself.
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

/* mt_record.target: what kind of program an exec runs; 0: unknown */
#define MT_TARGET_READ 1u          /* the file could be read, so the other bits are valid */
#define MT_TARGET_ELF64 2u
#define MT_TARGET_ELF32 4u
#define MT_TARGET_INTERP 8u        /* has PT_INTERP: the dynamic loader runs it */
#define MT_TARGET_GO 16u           /* has a Go build id */
#define MT_TARGET_SETID 32u        /* set-user-id or set-group-id to another id than the process's own */
#define MT_TARGET_CAPS 64u         /* has file capabilities */
#define MT_TARGET_SCRIPT 128u      /* reached through a #! line: the other bits are the interpreter's */
#define MT_TARGET_OTHER_ARCH 256u
#define MT_TARGET_NO_ENTRY 512u    /* no such file: the exec will fail */
#define MT_TARGET_LOADER 1024u     /* is itself a dynamic loader */
#define MT_TARGET_NOT_CARRIED 2048u /* the program runs without the hook: it cannot read the library, or another recorder loads its own */

/* header.features */
#define MT_FEATURE_FORKED 1u        /* opened in the child of a fork, not after an exec */
#define MT_FEATURE_LAUNCHER 2u      /* written by the launcher: has the first exec and no address space */
#define MT_FEATURE_WROTE_MEM 4u     /* sites were patched through /proc/self/mem */
#define MT_FEATURE_WROTE_PROTECT 8u /* sites were patched through mprotect, which splits libc's text */
#define MT_FEATURE_NO_MAPS 16u      /* /proc/self/maps could not be read */

/* header.lost_reason: why recording stopped or lost records */
enum mt_lost {
	MT_LOST_NOTHING = 0,
	MT_LOST_DISK = 1,      /* the journal's filesystem is full */
	MT_LOST_LIMIT = 2,     /* RLIMIT_FSIZE or RLIMIT_AS leaves no room */
	MT_LOST_PATH = 3,      /* the journal's file cannot be opened any more (chroot, another user, no free fd) */
	MT_LOST_SEALED = 4,    /* a seccomp filter may forbid the calls that growing the journal needs */
	MT_LOST_STOPPED = 5,   /* the recorder asked to stop */
	MT_LOST_BUSY = 6       /* another thread held the growth lock for too long */
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
	uint64_t tsc_open;    /* with mono_open a clock pair; with the last CLOCK record it gives the rate of the counter */
	uint64_t mono_open;   /* CLOCK_MONOTONIC, ns */
	uint64_t real_open;   /* CLOCK_REALTIME, ns */
	uint64_t tsc_last;    /* with mono_last the last clock pair, 0 until there is one */
	uint64_t mono_last;
	uint64_t tool_base;   /* the tool's own memory: a region far from the program's */
	uint64_t tool_length;
	uint64_t library_base; /* where the hook's library lies */
	uint64_t library_length;
	/*
	 * cursor, limit and drained have cache lines of their own: every call writes the first and reads
	 * the second, and the recorder writes the third.
	 */
	_Alignas(256) uint64_t cursor; /* slots reserved */
	_Alignas(256) uint64_t limit;  /* watermark: slots below it have room in the file; never falls */
	uint64_t lost;                 /* records that found no room */
	uint32_t lost_reason;          /* enum mt_lost, the first one */
	uint32_t ended;                /* 1 from the last record before an exec or exit_group on */
	uint32_t stop;                 /* by the recorder: 1 stops the recording */
	uint32_t wants_room;           /* 1: the hook cannot extend the file and waits for the recorder to extend it */
	uint32_t stacks;               /* enum mt_stacks */
	uint32_t stacks_lost;          /* calls whose stack found no room */
	_Alignas(256) uint64_t drained; /* watermark, by the recorder: slots below it are in the database */
	_Alignas(2048) uint8_t padding[2048];
};

_Static_assert(sizeof(struct mt_record) == MT_RECORD_SIZE, "a record is 128 bytes");
_Static_assert(sizeof(struct mt_text) == MT_RECORD_SIZE, "a text piece is 128 bytes");
_Static_assert(sizeof(struct mt_stack) == MT_RECORD_SIZE, "a piece of a stack is 128 bytes");
_Static_assert(sizeof(struct mt_header) == MT_HEADER_SIZE, "the header is one page");

#endif
