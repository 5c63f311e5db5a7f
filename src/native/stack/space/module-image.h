/* What a module's ELF header says: its load bias, its unwind table, its build id. */
#ifndef MAPTRAIL_MODULE_IMAGE_H
#define MAPTRAIL_MODULE_IMAGE_H

#include "stack/space/state.h"

/* Fills in bias and table from the header at module->head. */
void mt_module_read(struct mt_module *module);

/* The same for code that was mapped a second time, away from its file's header (V8 does so): from the first mapping. */
void mt_module_borrow(const struct mt_space *space, struct mt_module *module);

/* The GNU build id in the module's notes; null without one. */
const uint8_t *mt_module_build_id(const struct mt_module *module, size_t *bytes);

#endif
