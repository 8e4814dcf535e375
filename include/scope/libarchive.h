/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope/libarchive.h -- libarchive, opened when an archive is and not with the program.
 *
 * It brings some forty megabytes of other libraries (libxml2, ICU, nettle), whose loading takes as long as all else that a command
 * does before its first byte.
 */
#ifndef SCOPE_LIBARCHIVE_H
#define SCOPE_LIBARCHIVE_H

#include <scope/base.h>

#include <archive.h>
#include <archive_entry.h>

/* clang-format off */
#define SC_LIBARCHIVE(X) \
	X(entry_filetype) X(entry_hardlink) X(entry_mtime) X(entry_mtime_is_set) X(entry_pathname) \
	X(entry_pathname_utf8) X(entry_perm) X(entry_size) X(entry_size_is_set) X(entry_sparse_count) \
	X(entry_symlink) X(error_string) X(filter_count) X(format) X(read_data) X(read_data_block) X(read_free) \
	X(read_header_position) X(read_new) X(read_next_header) X(read_open_memory) X(read_support_filter_compress) \
	X(read_support_filter_lz4) X(read_support_filter_lzip) X(read_support_filter_lzma) X(read_support_filter_rpm) \
	X(read_support_format_7zip) X(read_support_format_ar) X(read_support_format_cab) X(read_support_format_cpio) \
	X(read_support_format_iso9660) X(read_support_format_lha) X(read_support_format_rar) \
	X(read_support_format_rar5) X(read_support_format_raw) X(read_support_format_tar) X(read_support_format_xar) \
	X(read_support_format_zip) X(read_support_format_zip_streamable)
/* clang-format on */

/* Its functions, without "archive_": la->read_new(). */
struct sc_libarchive {
#define X(call) __typeof__(archive_##call) *call;
	SC_LIBARCHIVE(X)
#undef X
};

/* Any thread.  NULL: it cannot be had, and *e says why as a failure. */
const struct sc_libarchive *sc_libarchive(struct sc_err *e);

#endif
