/*
 * The VMAs of the arena as the kernel has them: by PROCMAP_QUERY where there is
 * that (Linux 6.11), else from the text of /proc/self/maps.
 */
#ifndef KERNEL_VMAS_H
#define KERNEL_VMAS_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MAX_VMAS 8192

struct vma {
	uint64_t start, end, offset, inode;
	uint32_t permissions; /* r 1, w 2, x 4, s 8 */
	uint32_t dev;         /* major << 20 | minor */
};

static uint64_t arena_start, arena_end;
static int maps_fd;
static char text[1 << 20];

static void fail(const char *what)
{
	dprintf(2, "kernel-worker: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* linux/fs.h of 6.11; older headers lack it. */
struct query {
	uint64_t size, flags, addr, start, end, vma_flags, page_size, offset, inode;
	uint32_t dev_major, dev_minor, name_size, build_id_size;
	uint64_t name_addr, build_id_addr;
};
#define QUERY_IOCTL _IOWR('f', 17, struct query)
#define QUERY_NEXT 0x10

static unsigned list_by_query(struct vma *list)
{
	unsigned count = 0;
	uint64_t at = arena_start;
	while (at < arena_end) {
		struct query q = { .size = sizeof(q), .flags = QUERY_NEXT, .addr = at };
		if (ioctl(maps_fd, QUERY_IOCTL, &q) != 0 || q.start >= arena_end)
			break;
		if (count == MAX_VMAS)
			fail("too many VMAs");
		list[count++] = (struct vma){ q.start, q.end, q.offset, q.inode,
			(uint32_t)(q.vma_flags & 15), q.dev_major << 20 | q.dev_minor };
		at = q.end;
	}
	return count;
}

static unsigned list_by_text(struct vma *list)
{
	size_t used = 0;
	ssize_t got;
	unsigned count = 0;
	lseek(maps_fd, 0, SEEK_SET);
	while ((got = read(maps_fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)got;
	text[used] = 0;
	for (char *line = text; *line; line = strchr(line, '\n') + 1) {
		unsigned long long start, end, offset, inode;
		unsigned major, minor;
		char p[5];
		if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu", &start, &end, p, &offset, &major,
			   &minor, &inode) != 7)
			fail("maps line");
		if (end <= arena_start || start >= arena_end)
			continue;
		list[count++] = (struct vma){ start, end, offset, inode,
			(p[0] == 'r') | (p[1] == 'w') << 1 | (p[2] == 'x') << 2 | (p[3] == 's') << 3,
			major << 20 | minor };
	}
	return count;
}

#endif
