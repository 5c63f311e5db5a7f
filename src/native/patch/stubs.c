/* The stubs' sites; patch.c fills them in. */
#include "patch/stubs.h"

struct mt_patched_site mt_patched_sites[MT_STUB_COUNT];
