/* Reads the start of a file: an ELF header, or a #! line that leads to the next file. Without libc, for the hook and the launcher. */
#include "exec/target.h"

#include <elf.h>

#include "bytes.h"
#include "record.h"
#include "sys.h"

#define O_NONBLOCK_ 04000
#define INTERPRETERS_MAX 4 /* as many #! lines as Linux follows */

struct file_status {
	uint64_t dev, inode, links;
	uint32_t mode, uid, gid, pad;
	uint64_t rest[14];
};

static uint32_t note_bits(const uint8_t *page, uint64_t bytes, const Elf64_Phdr *segment)
{
	uint64_t at = segment->p_offset, end = at + segment->p_filesz;
	while (at + 12 <= end && end <= bytes) {
		const Elf64_Nhdr *note = (const Elf64_Nhdr *)(page + at);
		if (note->n_namesz == 4 && at + 16 <= end && mt_same(page + at + 12, "Go", 3))
			return MT_TARGET_GO;
		at += 12 + ((note->n_namesz + 3u) & ~3u) + ((note->n_descsz + 3u) & ~3u);
	}
	return 0;
}

static uint32_t elf_bits(const uint8_t *page, uint64_t bytes)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)page;
	uint32_t bits = MT_TARGET_READ;
	if (header->e_ident[EI_CLASS] == ELFCLASS32)
		return bits | MT_TARGET_ELF32;
	bits |= MT_TARGET_ELF64;
	if (header->e_machine != EM_X86_64)
		return bits | MT_TARGET_OTHER_ARCH;
	int has_dynamic = 0;
	for (unsigned i = 0; i < header->e_phnum; i++) {
		uint64_t at = header->e_phoff + i * sizeof(Elf64_Phdr);
		if (at + sizeof(Elf64_Phdr) > bytes)
			break;
		const Elf64_Phdr *segment = (const Elf64_Phdr *)(page + at);
		if (segment->p_type == PT_INTERP)
			bits |= MT_TARGET_INTERP;
		else if (segment->p_type == PT_NOTE)
			bits |= note_bits(page, bytes, segment);
		else if (segment->p_type == PT_DYNAMIC)
			has_dynamic = 1;
	}
	/* A shared object without an interpreter is the loader itself, or a static-pie program. */
	if (has_dynamic && header->e_type == ET_DYN && !(bits & MT_TARGET_INTERP))
		bits |= MT_TARGET_LOADER;
	return bits;
}

static uint32_t identity_bits(int fd)
{
	struct file_status status;
	uint32_t bits = 0;
	char capability[64];
	if (mt_failed(mt_sys2(MT_NR_fstat, fd, (long)&status)))
		return 0;
	if ((status.mode & 04000) && status.uid != (uint32_t)mt_sys0(MT_NR_geteuid))
		bits |= MT_TARGET_SETID;
	if ((status.mode & 02010) == 02010 && status.gid != (uint32_t)mt_sys0(MT_NR_getegid))
		bits |= MT_TARGET_SETID;
	if (mt_sys4(MT_NR_fgetxattr, fd, (long)"security.capability", (long)capability, sizeof capability) > 0)
		bits |= MT_TARGET_CAPS;
	return bits;
}

/* Cuts the interpreter's path out of a #! line, in place; null when there is none. */
static char *interpreter_of(char *line, long bytes)
{
	char *start = line + 2, *end = line + bytes;
	while (start < end && (*start == ' ' || *start == '\t'))
		start++;
	char *stop = start;
	while (stop < end && *stop != ' ' && *stop != '\t' && *stop != '\n' && *stop)
		stop++;
	if (stop == start || stop == end)
		return 0;
	*stop = 0;
	return start;
}

uint32_t mt_target_inspect(int dirfd, const char *path)
{
	union {
		uint8_t bytes[1024];
		uint64_t aligned;
	} page;
	char next[256];
	uint32_t script = 0;
	for (int i = 0; i <= INTERPRETERS_MAX; i++) {
		int fd = (int)mt_sys4(MT_NR_openat, dirfd, (long)path, MT_O_RDONLY | MT_O_CLOEXEC | O_NONBLOCK_, 0);
		if (fd == -MT_ENOENT)
			return MT_TARGET_NO_ENTRY;
		if (mt_failed(fd))
			return 0;
		long got = mt_read(fd, page.bytes, sizeof page.bytes);
		uint32_t identity = identity_bits(fd);
		mt_close(fd);
		if (got < (long)sizeof(Elf64_Ehdr) && (got < 4 || page.bytes[0] != '#'))
			return 0;
		if (mt_same(page.bytes, ELFMAG, SELFMAG))
			return elf_bits(page.bytes, (uint64_t)got) | identity | script;
		char *interpreter = page.bytes[0] == '#' && page.bytes[1] == '!' ? interpreter_of((char *)page.bytes, got) : 0;
		if (!interpreter || mt_length(interpreter) >= sizeof next)
			return 0;
		mt_copy(next, interpreter, mt_length(interpreter) + 1);
		path = next;
		dirfd = MT_AT_FDCWD;
		script = MT_TARGET_SCRIPT;
	}
	return 0;
}
