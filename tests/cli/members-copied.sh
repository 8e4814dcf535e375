# SPDX-License-Identifier: Apache-2.0
# A WARC filter copies the compressed members of what it keeps; who asks for a level or for tags has them packed anew.
. "$LIB"
archive
scope filter 'size >= 0' pages.warc.gz --tags none -q -o same.warc.gz
claim 'all kept: the same file, byte for byte' cmp pages.warc.gz same.warc.gz
claim 'its manifest is true' scope verify same.warc.gz.scm
scope filter 'size >= 0' pages.warc.gz --tags none -q --level 1 -o level.warc.gz
claim 'with a level: other bytes' sh -c '! cmp -s pages.warc.gz level.warc.gz'
claim 'that unpack to the same' sh -c 'gzip -dc pages.warc.gz > a && gzip -dc level.warc.gz | cmp - a'
scope filter 'size > 100' pages.warc.gz --tags none -q > some.warc
scope filter 'size > 100' pages.warc.gz --tags none -q -o some.warc.gz
claim 'some kept: they unpack to what a plain output has' sh -c 'gzip -dc some.warc.gz | cmp - some.warc'
scope tag media pages.warc.gz -q -o tagged.warc.gz
claim 'with tags they are packed anew, and sound' gzip -t tagged.warc.gz
