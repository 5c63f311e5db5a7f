/* What the stack walk knows of the address space: modules, their unwind tables, and rules already looked up. */
#ifndef MAPTRAIL_STATE_H
#define MAPTRAIL_STATE_H

#include <stddef.h>
#include <stdint.h>

#define MT_MODULES_MAX 1024
#define MT_PATH_BYTES 0x20000
#define MT_RULES 4096
#define MT_FIRST_RULES 256
#define MT_WATCHED_BYTES 8192
#define MT_TABLE_PAGES 64
#define MT_LINE_MAX 4400 /* a line of /proc/self/maps: PATH_MAX and the columns before it */

/* Where a module's unwind table is mapped. Nothing outside [low, high) is read. */
struct mt_table {
	uint64_t header; /* .eh_frame_hdr; 0: the module has none */
	uint64_t low, high;
};

/* One executable mapping of a file. An entry is never moved or reused; its index + 1 is the module's number in frames. */
struct mt_module {
	uint64_t start, end;
	uint64_t bias; /* run-time address minus ELF virtual address */
	uint64_t head; /* where the ELF header is mapped; 0 unknown */
	uint64_t offset, inode;
	struct mt_table table;
	uint64_t shift; /* run-time address minus the address that the table describes: not 0 where a runtime moved code */
	uint32_t dev, path; /* path: offset in mt_space.paths */
	uint32_t alive;     /* 0: unmapped again */
	uint32_t reserved;
};

/* A cached rule. `check` is rule ^ key, so that halves of two racing stores do not pass for an entry. */
struct mt_cached {
	uint64_t check, rule;
};

/* A forked child's address space is the same, so it inherits this. */
struct mt_space {
	uint32_t mapped;      /* generation: raised when a module may have been mapped or unmapped */
	uint32_t seen;        /* `mapped` when the maps were last read */
	uint32_t lost_stacks; /* generation: raised when memory of a stack may have become unreadable */
	uint32_t reader_pid;  /* the process that reads the maps; another process's id is left over from before a fork */
	uint32_t module_count;
	uint32_t path_bytes;
	uint64_t stack_low, stack_high; /* of the first thread */
	uint64_t initial_sp;            /* where the kernel put argc */
	uint64_t head, head_inode; /* while reading the maps: the last mapping of a file's offset 0 */
	uint32_t head_dev, line_bytes;
	uint64_t table_pages[MT_TABLE_PAGES]; /* pages known to be readable: address | low bits of `mapped` */
	uint8_t watched[MT_WATCHED_BYTES]; /* a Bloom filter over 64 KiB granules in which a module or a stack lies */
	struct mt_cached first_rules[MT_FIRST_RULES]; /* filled first: a short process touches no page of `rules` */
	struct mt_module modules[MT_MODULES_MAX];
	struct mt_cached rules[MT_RULES];
	char paths[MT_PATH_BYTES];
	char line[MT_LINE_MAX];
};

/* Null: no stacks are recorded. */
extern struct mt_space *mt_space __attribute__((visibility("hidden")));

#endif
