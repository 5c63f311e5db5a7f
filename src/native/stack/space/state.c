/* The one struct mt_space; stack/create.c maps it. */
#include "stack/space/state.h"

struct mt_space *mt_space;
