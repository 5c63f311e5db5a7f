/*
 * The coverage text (MT_TOPIC_COVERAGE): which system calls the hook sees, and which it cannot. Lines are
 *
 *   module BASE cache|scan BUILD-ID PATH    then, for the module:
 *   site CALL OFFSET patched
 *   site CALL OFFSET not REASON
 *   missing FUNCTION                        libc exports FUNCTION, but no site of its call was found
 *
 * with BASE and OFFSET in hexadecimal, BUILD-ID `-` where there is none, and CALL `syscall` for libc's syscall().
 */
#ifndef MAPTRAIL_COVERAGE_H
#define MAPTRAIL_COVERAGE_H

#include "journal/text.h"
#include "patch/library.h"

void mt_coverage_library(struct mt_text_writer *text, const struct mt_library *library);

/* `problem` is null when the site was patched. */
void mt_coverage_site(struct mt_text_writer *text, const struct mt_site *site, const char *problem);
void mt_coverage_missing(struct mt_text_writer *text, const struct mt_library *library);

#endif
