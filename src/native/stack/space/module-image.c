/* Reads a module's ELF header where it is mapped; the file itself is never opened. */
#include "stack/space/module-image.h"

#include <elf.h>

#include "bytes.h"
#include "stack/space/readable.h"

#define PAGE 4096ull

/* The ELF header; null unless it and all program headers lie in one readable page. */
static const Elf64_Ehdr *header_at(uint64_t head)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)head;
	if (!head || !mt_is_readable_page(head) || !mt_same(header, ELFMAG, SELFMAG) ||
	    header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_phentsize != sizeof(Elf64_Phdr))
		return 0;
	if (header->e_phoff > PAGE || header->e_phoff + header->e_phnum * sizeof(Elf64_Phdr) > PAGE)
		return 0;
	return header;
}

void mt_module_read(struct mt_module *module)
{
	const Elf64_Ehdr *header = header_at(module->head);
	if (!header)
		return;
	const Elf64_Phdr *segments = (const Elf64_Phdr *)(module->head + header->e_phoff);
	uint64_t table = 0;
	int found = 0;
	for (int i = 0; i < header->e_phnum; i++) {
		const Elf64_Phdr *segment = &segments[i];
		uint64_t offset = segment->p_offset & ~(PAGE - 1);
		if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) && module->offset >= offset &&
		    module->offset - offset < segment->p_filesz + PAGE) {
			module->bias = module->start - (module->offset - offset) - (segment->p_vaddr & ~(PAGE - 1));
			found = 1;
		} else if (segment->p_type == PT_GNU_EH_FRAME) {
			table = segment->p_vaddr;
		}
	}
	if (!found || !table)
		return;
	for (int i = 0; i < header->e_phnum; i++) {
		const Elf64_Phdr *segment = &segments[i];
		if (segment->p_type != PT_LOAD || table - segment->p_vaddr >= segment->p_filesz)
			continue;
		module->table.header = module->bias + table;
		module->table.low = module->bias + segment->p_vaddr;
		module->table.high = module->table.low + segment->p_filesz;
	}
}

void mt_module_borrow(const struct mt_space *space, struct mt_module *module)
{
	for (uint32_t i = 0; i < space->module_count; i++) {
		const struct mt_module *other = &space->modules[i];
		if (!other->alive || other->inode != module->inode || other->dev != module->dev || !other->head || other->shift)
			continue;
		module->head = other->head;
		mt_module_read(module);
		module->table = other->table;
		module->shift = module->bias - other->bias;
		return;
	}
}

const uint8_t *mt_module_build_id(const struct mt_module *module, size_t *bytes)
{
	const Elf64_Ehdr *header = header_at(module->head);
	const Elf64_Phdr *segments = (const Elf64_Phdr *)(module->head + (header ? header->e_phoff : 0));
	for (int i = 0; header && i < header->e_phnum; i++) {
		uint64_t at = module->bias + segments[i].p_vaddr, end = at + segments[i].p_filesz;
		if (segments[i].p_type != PT_NOTE || end - at > PAGE || !mt_is_readable_page(at) || !mt_is_readable_page(end - 1))
			continue;
		while (at + sizeof(Elf64_Nhdr) + 4 <= end) {
			const Elf64_Nhdr *note = (const Elf64_Nhdr *)at;
			const uint8_t *id = (const uint8_t *)at + sizeof *note + ((note->n_namesz + 3u) & ~3u);
			at = (uint64_t)id + ((note->n_descsz + 3u) & ~3u);
			if (at > end || note->n_type != NT_GNU_BUILD_ID || note->n_namesz != 4 || note->n_descsz > 64)
				continue;
			*bytes = note->n_descsz;
			return id;
		}
	}
	return 0;
}
