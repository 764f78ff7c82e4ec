// SPDX-License-Identifier: MIT
//
// The files of the web page as they lie in site/, and the libraries that scripts/web has brought, if it has.
#ifndef ENGINEHOUSE_PAGE_H
#define ENGINEHOUSE_PAGE_H

#include <stddef.h>
#include <stdint.h>

/// One file. All pointers stay good as long as the program runs.
typedef struct {
    /// Below the page's folder, such as "app.js".
    const char *path;
    /// The media type, as an answer names it.
    const char *type;
    const unsigned char *bytes;
    size_t count;
} eh_page_file;

size_t eh_page_count(void);

/// The file at an index below `eh_page_count()`.
eh_page_file eh_page_file_at(size_t index);

/// A hash of a file's bytes: the same in every build that has the same file (FNV-1a, 64 bit).
uint64_t eh_page_hash(eh_page_file file);

#endif
