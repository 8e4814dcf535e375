/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media.c -- media types by magic bytes, and between types and file extensions.
 *
 * One row a fact.  What has no magic is text when it is UTF-8 without NUL, and then HTML, XML, JSON or SVG by how it
 * begins.  An OOXML, EPUB or ODF file is told from a plain zip by its first member.
 */
#include <scope/plugin.h>
#include <scope/text.h>

#include <pthread.h>

struct magic {
	sc_str bytes;
	size_t at;
	sc_str media, rule;
};

#define M(bytes, at, media, rule) { SC_LIT(bytes), at, SC_LIT(media), SC_LIT(rule) }
/* clang-format off */
static const struct magic magics[] = { /* the first that matches wins: longer and stricter ones first */
	M("\x89PNG\r\n\x1a\n", 0, "image/png", "magic:png"),
	M("\xff\xd8\xff", 0, "image/jpeg", "magic:jpeg"),
	M("GIF87a", 0, "image/gif", "magic:gif"),
	M("GIF89a", 0, "image/gif", "magic:gif"),
	M("II*\0", 0, "image/tiff", "magic:tiff"),
	M("MM\0*", 0, "image/tiff", "magic:tiff"),
	M("II+\0", 0, "image/tiff", "magic:bigtiff"),
	M("MM\0+", 0, "image/tiff", "magic:bigtiff"),
	M("WEBP", 8, "image/webp", "magic:webp"),
	M("AVI ", 8, "video/x-msvideo", "magic:avi"),
	M("WAVE", 8, "audio/wav", "magic:wav"),
	M("ftypavif", 4, "image/avif", "magic:avif"),
	M("ftypheic", 4, "image/heic", "magic:heic"),
	M("ftypheix", 4, "image/heic", "magic:heic"),
	M("ftypmif1", 4, "image/heif", "magic:heif"),
	M("ftypM4A ", 4, "audio/mp4", "magic:m4a"),
	M("ftypqt  ", 4, "video/quicktime", "magic:quicktime"),
	M("ftyp", 4, "video/mp4", "magic:mp4"),
	M("\0\0\0\x0cjP  \r\n\x87\n", 0, "image/jp2", "magic:jp2"),
	M("\xff\x0a", 0, "image/jxl", "magic:jxl"),
	M("\0\0\0\x0cJXL \r\n\x87\n", 0, "image/jxl", "magic:jxl"),
	M("8BPS", 0, "image/vnd.adobe.photoshop", "magic:psd"),
	M("BM", 0, "image/bmp", "magic:bmp"),
	M("\0\0\1\0", 0, "image/vnd.microsoft.icon", "magic:ico"),
	M("%PDF-", 0, "application/pdf", "magic:pdf"),
	M("%!PS-Adobe", 0, "application/postscript", "magic:postscript"),
	M("%!PS", 0, "application/postscript", "magic:postscript"),
	M("\xc5\xd0\xd3\xc6", 0, "application/postscript", "magic:eps-binary"),
	M("PAR1", 0, "application/vnd.apache.parquet", "magic:parquet"),
	M("ARROW1\0\0", 0, "application/vnd.apache.arrow.file", "magic:arrow"),
	M("SQLite format 3\0", 0, "application/vnd.sqlite3", "magic:sqlite"),
	M("\x89HDF\r\n\x1a\n", 0, "application/x-hdf5", "magic:hdf5"),
	M("CDF\x01", 0, "application/x-netcdf", "magic:netcdf"),
	M("CDF\x02", 0, "application/x-netcdf", "magic:netcdf"),
	M("\x93NUMPY", 0, "application/x-npy", "magic:npy"),
	M("DICM", 128, "application/dicom", "magic:dicom"),
	M("SIMPLE  =", 0, "image/fits", "magic:fits"),
	M("PK\x03\x04", 0, "application/zip", "magic:zip"),
	M("PK\x05\x06", 0, "application/zip", "magic:zip-empty"),
	M("\x1f\x8b\x08", 0, "application/gzip", "magic:gzip"),
	M("\x28\xb5\x2f\xfd", 0, "application/zstd", "magic:zstd"),
	M("\xfd" "7zXZ\0", 0, "application/x-xz", "magic:xz"),
	M("BZh", 0, "application/x-bzip2", "magic:bzip2"),
	M("\x04\x22\x4d\x18", 0, "application/x-lz4", "magic:lz4"),
	M("7z\xbc\xaf\x27\x1c", 0, "application/x-7z-compressed", "magic:7z"),
	M("Rar!\x1a\x07", 0, "application/vnd.rar", "magic:rar"),
	M("ustar", 257, "application/x-tar", "magic:tar"),
	M("!<arch>\n", 0, "application/x-archive", "magic:ar"),
	M("\xed\xab\xee\xdb", 0, "application/x-rpm", "magic:rpm"),
	M("\x1a\x45\xdf\xa3", 0, "video/x-matroska", "magic:matroska"),
	M("OggS", 0, "audio/ogg", "magic:ogg"),
	M("fLaC", 0, "audio/flac", "magic:flac"),
	M("ID3", 0, "audio/mpeg", "magic:mp3-id3"),
	M("\xff\xfb", 0, "audio/mpeg", "magic:mp3"),
	M("\xff\xf3", 0, "audio/mpeg", "magic:mp3"),
	M("MThd", 0, "audio/midi", "magic:midi"),
	M("\0\0\x01\xba", 0, "video/mpeg", "magic:mpeg"),
	M("FLV\x01", 0, "video/x-flv", "magic:flv"),
	M("CWS", 0, "application/x-shockwave-flash", "magic:swf"),
	M("FWS", 0, "application/x-shockwave-flash", "magic:swf"),
	M("\0\1\0\0\0", 0, "font/ttf", "magic:ttf"),
	M("OTTO", 0, "font/otf", "magic:otf"),
	M("wOFF", 0, "font/woff", "magic:woff"),
	M("wOF2", 0, "font/woff2", "magic:woff2"),
	M("\x7f" "ELF", 0, "application/x-elf", "magic:elf"),
	M("MZ", 0, "application/vnd.microsoft.portable-executable", "magic:pe"),
	M("\0asm", 0, "application/wasm", "magic:wasm"),
	M("\xca\xfe\xba\xbe", 0, "application/java-vm", "magic:class"),
	M("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage", "magic:ole"),
	M("{\\rtf", 0, "application/rtf", "magic:rtf"),
	M("WARC/", 0, "application/warc", "magic:warc"),
};

/* A zip whose first member says what it is. */
static const struct {
	sc_str name, media, rule;
} zips[] = {
	{ SC_LIT("mimetypeapplication/epub+zip"), SC_LIT("application/epub+zip"), SC_LIT("magic:epub") },
	{ SC_LIT("mimetypeapplication/vnd.oasis.opendocument.text"), SC_LIT("application/vnd.oasis.opendocument.text"), SC_LIT("magic:odt") },
	{ SC_LIT("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), SC_LIT("application/vnd.oasis.opendocument.spreadsheet"), SC_LIT("magic:ods") },
	{ SC_LIT("[Content_Types].xml"), SC_LIT("application/vnd.openxmlformats-officedocument"), SC_LIT("magic:ooxml") },
	{ SC_LIT("word/"), SC_LIT("application/vnd.openxmlformats-officedocument.wordprocessingml.document"), SC_LIT("magic:docx") },
	{ SC_LIT("META-INF/MANIFEST.MF"), SC_LIT("application/java-archive"), SC_LIT("magic:jar") },
};

static const struct {
	sc_str ext, media;
} exts[] = { /* the first extension of a type is the one that is written */
	{ SC_LIT("png"), SC_LIT("image/png") }, { SC_LIT("jpg"), SC_LIT("image/jpeg") }, { SC_LIT("jpeg"), SC_LIT("image/jpeg") },
	{ SC_LIT("gif"), SC_LIT("image/gif") }, { SC_LIT("tif"), SC_LIT("image/tiff") }, { SC_LIT("tiff"), SC_LIT("image/tiff") },
	{ SC_LIT("webp"), SC_LIT("image/webp") }, { SC_LIT("avif"), SC_LIT("image/avif") }, { SC_LIT("heic"), SC_LIT("image/heic") },
	{ SC_LIT("bmp"), SC_LIT("image/bmp") }, { SC_LIT("svg"), SC_LIT("image/svg+xml") }, { SC_LIT("ico"), SC_LIT("image/vnd.microsoft.icon") },
	{ SC_LIT("jp2"), SC_LIT("image/jp2") }, { SC_LIT("psd"), SC_LIT("image/vnd.adobe.photoshop") },
	{ SC_LIT("pdf"), SC_LIT("application/pdf") }, { SC_LIT("eps"), SC_LIT("application/postscript") }, { SC_LIT("ps"), SC_LIT("application/postscript") },
	{ SC_LIT("txt"), SC_LIT("text/plain") }, { SC_LIT("text"), SC_LIT("text/plain") }, { SC_LIT("html"), SC_LIT("text/html") },
	{ SC_LIT("htm"), SC_LIT("text/html") }, { SC_LIT("xhtml"), SC_LIT("application/xhtml+xml") }, { SC_LIT("md"), SC_LIT("text/markdown") },
	{ SC_LIT("css"), SC_LIT("text/css") }, { SC_LIT("csv"), SC_LIT("text/csv") }, { SC_LIT("tsv"), SC_LIT("text/tab-separated-values") },
	{ SC_LIT("xml"), SC_LIT("application/xml") }, { SC_LIT("nxml"), SC_LIT("application/xml") }, { SC_LIT("json"), SC_LIT("application/json") },
	{ SC_LIT("jsonl"), SC_LIT("application/jsonl") }, { SC_LIT("tex"), SC_LIT("text/x-tex") }, { SC_LIT("js"), SC_LIT("text/javascript") },
	{ SC_LIT("c"), SC_LIT("text/x-c") }, { SC_LIT("py"), SC_LIT("text/x-python") }, { SC_LIT("zip"), SC_LIT("application/zip") },
	{ SC_LIT("gz"), SC_LIT("application/gzip") }, { SC_LIT("tar"), SC_LIT("application/x-tar") }, { SC_LIT("mp4"), SC_LIT("video/mp4") },
	{ SC_LIT("mov"), SC_LIT("video/quicktime") }, { SC_LIT("webm"), SC_LIT("video/webm") }, { SC_LIT("mkv"), SC_LIT("video/x-matroska") },
	{ SC_LIT("mp3"), SC_LIT("audio/mpeg") }, { SC_LIT("wav"), SC_LIT("audio/wav") }, { SC_LIT("flac"), SC_LIT("audio/flac") },
	{ SC_LIT("ogg"), SC_LIT("audio/ogg") }, { SC_LIT("epub"), SC_LIT("application/epub+zip") }, { SC_LIT("npy"), SC_LIT("application/x-npy") },
	{ SC_LIT("parquet"), SC_LIT("application/vnd.apache.parquet") }, { SC_LIT("ttf"), SC_LIT("font/ttf") }, { SC_LIT("woff2"), SC_LIT("font/woff2") },
};
/* clang-format on */

static sc_str zip_kind(sc_str s, sc_str *rule)
{
	sc_str head = sc_str_from(s, 30); /* the first member's name stands here, stored data behind it */

	for (size_t i = 0; i < SC_COUNT(zips); i++)
		if (sc_str_starts(head, zips[i].name)) {
			*rule = zips[i].rule;
			return zips[i].media;
		}
	return SC_STR("application/zip");
}

static bool begins(sc_str s, sc_str word)
{
	return s.n >= word.n && sc_str_ieq(sc_str_head(s, word.n), word);
}

static sc_str xml_kind(sc_str s, sc_str *rule)
{
	s = sc_str_head(s, 4096);
	if (sc_str_find(s, SC_STR("<svg")) != SC_NONE) {
		*rule = SC_STR("text:svg");
		return SC_STR("image/svg+xml");
	}
	if (sc_str_find(s, SC_STR("<html")) != SC_NONE) {
		*rule = SC_STR("text:html");
		return SC_STR("text/html");
	}
	*rule = SC_STR("text:xml");
	return SC_STR("application/xml");
}

/* How HTML begins, as the WHATWG's sniffing has it, shortened to tags that other text does not begin with. */
static bool is_html(sc_str s)
{
	static const sc_str tags[] = { SC_LIT("<!doctype html"), SC_LIT("<html"), SC_LIT("<head"), SC_LIT("<body"),
				       SC_LIT("<script"), SC_LIT("<title"), SC_LIT("<h1"), SC_LIT("<div"),
				       SC_LIT("<table"), SC_LIT("<p>"), SC_LIT("<iframe"), SC_LIT("<style") };

	while (sc_str_starts(s, SC_STR("<!--"))) {
		size_t end = sc_str_find(s, SC_STR("-->"));

		if (end == SC_NONE)
			return true;
		s = sc_str_trim(sc_str_from(s, end + 3));
	}
	for (size_t i = 0; i < SC_COUNT(tags); i++)
		if (begins(s, tags[i]))
			return true;
	return false;
}

static sc_str text_kind(sc_str s, sc_str *rule)
{
	sc_str t = sc_str_starts(s, SC_STR("\xef\xbb\xbf")) ? sc_str_from(s, 3) : s;
	char last = s.n ? sc_str_trim(s).p[sc_str_trim(s).n ? sc_str_trim(s).n - 1 : 0] : 0;

	t = sc_str_trim(sc_str_head(t, 64 << 10));
	if (!t.n) { /* a byte order mark and no more */
		*rule = SC_STR("text:utf-8");
		return SC_STR("text/plain");
	}
	if (*t.p == '<' && (begins(t, SC_STR("<?xml")) || begins(t, SC_STR("<svg"))))
		return xml_kind(t, rule);
	if (*t.p == '<' && is_html(t)) {
		*rule = SC_STR("text:html");
		return SC_STR("text/html");
	}
	if (*t.p == '<' && (begins(t, SC_STR("<!doctype")) || begins(t, SC_STR("<article"))))
		return xml_kind(t, rule);
	if ((*t.p == '{' && last == '}') || (*t.p == '[' && last == ']')) {
		sc_str in = sc_str_trim(sc_str_from(t, 1));

		if (in.n && (*in.p == '"' || *in.p == '{' || *in.p == '[' || *in.p == '}' || *in.p == ']')) {
			*rule = SC_STR("text:json");
			return SC_STR("application/json");
		}
	}
	*rule = SC_STR("text:utf-8");
	return SC_STR("text/plain");
}

/* First bytes of the magics that stand at the head: text begins with few of them. */
static bool begins_magic[256];
static pthread_once_t begins_once = PTHREAD_ONCE_INIT;

static void begins_make(void)
{
	for (size_t i = 0; i < SC_COUNT(magics); i++)
		if (!magics[i].at)
			begins_magic[(unsigned char)*magics[i].bytes.p] = true;
}

static bool there(sc_str s, const struct magic *m)
{
	return s.n > m->at && s.p[m->at] == *m->bytes.p && sc_str_starts(sc_str_from(s, m->at), m->bytes);
}

static const struct magic *magic_of(sc_str s)
{
	bool head;

	pthread_once(&begins_once, begins_make);
	head = s.n && begins_magic[(unsigned char)*s.p];
	for (size_t i = 0; i < SC_COUNT(magics); i++) {
		const struct magic *m = &magics[i];

		if ((!head && !m->at) || !there(s, m))
			continue;
		if (m->bytes.n < 4 && s.n > 16 && sc_utf8_valid(sc_str_head(s, 512)) >= 500)
			continue; /* "BM", "MZ", "ID3" begin words too */
		return m;
	}
	return NULL;
}

sc_str sc_media_sniff_part(struct sc_part *p, sc_str *rule, size_t *at, size_t *n)
{
	sc_str s = p->data;
	const struct magic *m = magic_of(s);

	*rule = (sc_str){ NULL, 0 };
	*at = *n = 0;
	if (m) {
		*rule = m->rule;
		*at = m->at;
		*n = m->bytes.n;
		return sc_str_eq(m->rule, SC_STR("magic:zip")) ? zip_kind(s, rule) : m->media;
	}
	if (!sc_str_trim(s).n || !sc_part_is_text(p))
		return (sc_str){ NULL, 0 };
	return text_kind(s, rule);
}

sc_str sc_media_sniff(sc_str s, sc_str *rule, size_t *at, size_t *n)
{
	return sc_media_sniff_part(&(struct sc_part){ .data = s }, rule, at, n);
}

sc_str sc_media_of_ext(sc_str ext)
{
	for (size_t i = 0; i < SC_COUNT(exts); i++)
		if (sc_str_ieq(ext, exts[i].ext))
			return exts[i].media;
	return (sc_str){ NULL, 0 };
}

sc_str sc_ext_of_media(sc_str media)
{
	for (size_t i = 0; i < SC_COUNT(exts); i++)
		if (sc_str_eq(media, exts[i].media))
			return exts[i].ext;
	return (sc_str){ NULL, 0 };
}
