/* Which file's code is mapped where. Read when the process starts, and again when code of no known module is met after an mmap. */
#ifndef MAPTRAIL_MODULES_H
#define MAPTRAIL_MODULES_H

#include "journal/tracer.h"
#include "stack/space/state.h"

struct mt_module *mt_module_at(struct mt_space *space, uint64_t pc);

/* Reads /proc/self/maps again. */
void mt_modules_refresh(struct mt_tracer *tracer);

/* The same from a text that is read anyway: in pieces, which may end inside a line. begin returns 0 when another thread is reading. */
int mt_modules_begin(struct mt_tracer *tracer);
void mt_modules_read_text(const char *text, size_t bytes);
void mt_modules_end(void);

#endif
