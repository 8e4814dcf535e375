#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-export.py [--unfinished] [--mutate] EXPORT MANIFEST -- is a Croissant, SPDX or CycloneDX file what its standard asks for, and true?

The manifest is read anew, by nothing of scope's, and each value of the export that comes from it is compared: files, digests, sizes, licences,
counts, roots, steps.  What the standards require is in tables below, by section.  --unfinished allows what is marked "to be filled in".
What a charter adds to Croissant (usageInfo, what it says for RAI) is held against that charter by check-odrl.py.

--mutate changes and removes one value after the other, of each kind of place in the file, and fails when a change goes unnoticed.  What only
the publisher knows (names, addresses, words of description) is listed in FREE and is left alone.
"""
import codecs
import copy
import hashlib
import json
import os
import re
import sys
from urllib.parse import unquote_to_bytes

codecs.register_error('each', lambda e: ('\ufffd', e.start + 1))


def text(b):
    return b.decode('utf-8', 'each')


# ---- saying what is wrong ----

class Wrong(Exception):
    pass


def must(true, what, *args):
    if not true:
        raise Wrong(what % args if args else what)


def same(got, want, what):
    if got != want:
        raise Wrong('%s: %r, and by the manifest %r' % (what, got, want))


UNFINISHED = False
FILL = 'to be filled in'


def required(thing, names, where):
    must(isinstance(thing, dict), '%s: no object', where)
    for n in names:
        must(n in thing and thing[n] not in (None, '', []), '%s: %s is required', where, n)
        must(UNFINISHED or not isinstance(thing[n], str) or not thing[n].startswith(FILL), '%s: %s is to be filled in', where, n)


def only(thing, names, where):
    for n in thing:
        must(n in names, '%s: no property %s there', where, n)


def choices(expression):
    """The sets of licences that satisfy an expression, the smallest ones."""
    words = re.findall(r'\(|\)|[^\s()]+', expression)

    def either():
        out = both()
        while words and words[0] == 'OR':
            words.pop(0)
            out = out + both()
        return out

    def both():
        out = one()
        while words and words[0] == 'AND':
            words.pop(0)
            more = one()
            out = [a | b for a in out for b in more]
        return out

    def one():
        w = words.pop(0)
        if w == '(':
            out = either()
            must(words and words.pop(0) == ')', 'an expression has no )')
            return out
        must(re.match(r'[A-Za-z0-9.:+-]+\Z', w), 'no licence: %s', w)
        if words and words[0] == 'WITH':
            words.pop(0)
            w += ' WITH ' + words.pop(0)
        return [frozenset([w])]

    out = either()
    must(not words, 'an expression goes on: %s', words)
    return {a for a in out if not any(b < a for b in out)}


# ---- the manifest ----

WITHOUT = ['author', 'basis', 'doi', 'domain', 'host', 'licence', 'media', 'rights', 'src', 'title']
STATES = {b'none': 'looked for, and nothing is said', b'unknown': 'something is said of a licence that has no name',
          b'conflict': 'statements contradict each other', b'': 'not looked for'}
UNREAD = 'what stands there is no licence expression'
READ = (b'notice:', b'folder:', b'caption:', b'html:words', b'html:text', b'assumed', b'in-band', b'nothing-found')


def field(raw):
    if raw == b'-':
        return b''
    return re.sub(rb'%([0-9A-F]{2})', lambda m: bytes([int(m[1], 16)]), raw)


def state(licence):
    """None: it is an expression."""
    if licence in STATES:
        return STATES[licence]
    try:
        choices(text(licence))
    except (Wrong, IndexError):
        return UNREAD
    return None


def declares(basis):
    return basis != b'' and not basis.startswith(READ) and (not basis.startswith(b'text:') or basis.startswith(b'text:spdx-id'))


class Manifest:
    def __init__(self, path):
        raw = open(path, 'rb').read()
        self.name, self.sha256, self.size = os.path.basename(path), hashlib.sha256(raw).hexdigest(), len(raw)
        self.raw = raw.split(b'\n')[1:-1]
        self.heads, self.inputs, self.shards, self.steps, self.records, self.totals = [], [], [], [], [], {}
        self.tallies = {'licence': {}, 'media': {}, 'domain': {}, 'rights': {}}
        self.without = dict.fromkeys(WITHOUT, 0)
        self.count = dict.fromkeys(['records', 'occurrences', 'bytes', 'stored', 'taken', 'conflicts'], 0)
        for line in self.raw:
            kind, rest = line[:1], line[2:].split(b'\t')
            getattr(self, 'line_' + kind.decode())(rest)
        self.states = {w: sum(t[0] for k, t in self.tallies['licence'].items() if state(k) == w) for w in list(STATES.values()) + [UNREAD]}
        self.stated = {k: v for k, v in self.tallies['licence'].items() if not state(k)}
        self.tool = self.head('tool') or FILL + ': tool'
        self.lines = (self.totals.get('lines') or 'sha256:' + self.sha256)[7:]

    def head(self, key):
        return next((text(v) for k, v in self.heads if k == key), '')

    def line_H(self, f):
        self.heads.append((f[0].decode(), field(f[1])))

    def line_I(self, f):
        self.inputs.append((text(field(f[2])), f[0][7:].decode(), int(f[1]), int(f[3]), int(f[4])))

    def line_L(self, f):
        self.count['occurrences'] += 1

    def line_X(self, f):
        self.count['taken'] += 1

    def line_P(self, f):
        v = [text(field(x)) for x in f]
        self.steps.append(dict(number=v[0], name=v[1], revision=v[2], rules=v[3], args=v[12], counts=[int(x) for x in f[4:9]]))

    def line_S(self, f):
        self.shards.append((text(field(f[2])), f[0][7:].decode(), int(f[1]), f[3][7:].decode(), int(f[4]), field(f[2])))
        self.count['stored'] += int(f[1])

    def line_T(self, f):
        self.totals[f[0].decode()] = f[1].decode()

    def line_R(self, f):
        keys = dict(x.split(b'=', 1) for x in f[6:])
        size, licence, basis = int(f[1]), field(f[3]), field(f[4])
        self.records.append(f)
        self.count['records'] += 1
        self.count['bytes'] += size
        self.count['conflicts'] += b'conflict' in keys
        here = dict({k: field(v) for k, v in keys.items()}, basis=field(f[4]), domain=field(f[5]), licence=licence, media=field(f[2]))
        for w in WITHOUT:
            self.without[w] += not (here.get(w) if w in here else here.get(w.encode()))
        self.tally('licence', licence, size, not state(licence) and declares(basis))
        for what, labels in (('media', field(f[2])), ('domain', field(f[5])), ('rights', field(keys.get(b'rights', b'-')))):
            last = None
            for one in labels.split(b','):
                if one and one != last:
                    self.tally(what, one, size, False)
                    last = one

    def tally(self, what, value, size, declared):
        t = self.tallies[what].setdefault(value, [0, 0, 0])
        t[0] += 1
        t[1] += size
        t[2] += declared

    def words(self, s):
        said = '%s %s%s: ' % (s['number'], s['name'], ' ' + s['args'] if s['args'] else '')
        return said + 'in %d, kept %d, dropped %d, rejected %d, undecided %d' % tuple(s['counts'])

    def parents(self):
        return [text(v) for k, v in self.heads if k == 'parent']


MEDIA = [('.gz', 'application/gzip'), ('.zst', 'application/zstd'), ('.xz', 'application/x-xz'), ('.bz2', 'application/x-bzip2'),
         ('.lz4', 'application/x-lz4'), ('.tar', 'application/x-tar'), ('.zip', 'application/zip'), ('.warc', 'application/warc'),
         ('.jsonl', 'application/jsonlines'), ('.tsv', 'text/tab-separated-values'), ('.scm', 'text/tab-separated-values')]


def media(path):
    return next((m for end, m in MEDIA if path.endswith(end)), 'application/octet-stream')


# ---- Croissant 1.1 and RAI 1.0 ----

CR_DATASET = ['@context', '@type', 'conformsTo', 'description', 'license', 'name', 'url', 'creator', 'datePublished', 'distribution']  # Required; Modified
CR_FILE = ['@type', '@id', 'name', 'contentUrl', 'contentSize', 'encodingFormat', 'sha256']                                          # FileObject
CR_SET = ['@type', '@id', 'containedIn', 'encodingFormat', 'includes']                                                                # FileSet
CR_RECORDS = ['@type', '@id', 'field', 'key']                                                                                         # RecordSet
CR_FIELD = ['@type', '@id', 'name', 'dataType']                                                                                       # Field
CR_SOURCE = ['fileObject', 'extract', 'transform']                                                                                    # DataSource
CR_PROV = ['prov:wasDerivedFrom', 'prov:wasGeneratedBy', 'prov:wasAttributedTo']                                                      # Provenance
RAI = ['dataCollection', 'dataCollectionType', 'dataCollectionMissingData', 'dataCollectionRawData', 'dataCollectionTimeframe',
       'dataImputationProtocol', 'dataManipulationProtocol', 'dataPreprocessingProtocol', 'dataAnnotationProtocol', 'dataAnnotationPlatform',
       'dataAnnotationAnalysis', 'dataReleaseMaintenancePlan', 'personalSensitiveInformation', 'dataSocialImpact', 'dataBiases',
       'dataLimitations', 'dataUseCases', 'annotationsPerItem', 'annotatorDemographics', 'machineAnnotationTools']  # RAI properties
CR_TERMS = ('arrayShape citeAs column containedIn equivalentProperty extract field fileObject fileProperty fileSet format includes isArray '
            'isLiveDataset jsonPath key md5 parentField path readLines recordSet references regex repeated replace samplingRate sdVersion separator '
            'source subField transform unArchive value').split()
CR_CONTEXT = dict({t: 'cr:' + t for t in CR_TERMS}, **{
    '@language': 'en', '@vocab': 'https://schema.org/', 'sc': 'https://schema.org/', 'cr': 'http://mlcommons.org/croissant/',
    'rai': 'http://mlcommons.org/croissant/RAI/', 'dct': 'http://purl.org/dc/terms/', 'prov': 'http://www.w3.org/ns/prov#',
    'conformsTo': 'dct:conformsTo', 'data': {'@id': 'cr:data', '@type': '@json'}, 'examples': {'@id': 'cr:examples', '@type': '@json'},
    'dataType': {'@id': 'cr:dataType', '@type': '@vocab'}})
CR_POLICY = {'cc': 'http://creativecommons.org/ns#', 'odrl': 'http://www.w3.org/ns/odrl/2/',
             'rdfs': 'http://www.w3.org/2000/01/rdf-schema#', 'xsd': 'http://www.w3.org/2001/XMLSchema#'}
CR_COLUMNS = ['id', 'bytes', 'media', 'licence', 'basis', 'domain']
CR_KEYS = ['author', 'conflict', 'doi', 'host', 'parent', 'rights', 'site', 'src', 'title']
WHEN = re.compile(r'\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?\Z')
TIME = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z')


def croissant_file(f, path, sha, size, prefix, ident, raw):
    required(f, CR_FILE, 'FileObject')
    only(f, CR_FILE + ['description'], 'FileObject')
    same([f['@type'], f['@id'], f['name'], f['sha256'], f['contentSize'], f['encodingFormat']],
         ['cr:FileObject', ident, path, sha, '%d B' % size, media(path)], 'FileObject ' + ident)
    must(re.match(r'[!-~]+\Z', f['contentUrl']), 'contentUrl is no URL')
    rest = unquote_to_bytes(f['contentUrl'][len(prefix):])
    must(f['contentUrl'].startswith(prefix) and rest == raw, 'contentUrl of %s', ident)


def croissant_fields(rs, m):
    same([f['@id'] for f in rs['field']], ['records/' + n for n in CR_COLUMNS + CR_KEYS], 'fields')
    same(rs['key'], {'@id': 'records/id'}, 'key of records')
    for f in rs['field']:
        required(f, CR_FIELD + ['source'], 'Field')
        required(f['source'], CR_SOURCE, 'DataSource')
        name = f['name']
        same([f['@type'], f['@id'], f['dataType']], ['cr:Field', 'records/' + name, 'sc:Integer' if name == 'bytes' else 'sc:Text'], 'field')
        same([f['source']['fileObject'], f['source']['extract']], [{'@id': 'manifest'}, {'fileProperty': 'lines'}], 'source of ' + name)
        cut = re.compile(f['source']['transform']['regex'].encode())
        for r in m.records:
            got = cut.match(b'R\t' + b'\t'.join(r))
            keys = dict(x.split(b'=', 1) for x in r[6:])
            want = r[CR_COLUMNS.index(name)] if name in CR_COLUMNS else keys.get(name.encode())
            same(got and got[1], want, 'what the field %s takes from a line' % name)
        must(not any(cut.match(x) for x in m.raw if x[:1] != b'R'), 'the field %s takes something from other lines', name)


def croissant_data(sets, ident, want):
    rs = sets[ident]
    required(rs, CR_RECORDS + ['data', 'name'], 'RecordSet')
    same([rs['@type'], rs['name'], rs['key']], ['cr:RecordSet', ident, {'@id': ident + '/name'}], 'record set')
    names = [f['name'] for f in rs['field']]
    for f in rs['field']:
        required(f, CR_FIELD, 'Field')
        same([f['@type'], f['@id'], f['dataType']],
             ['cr:Field', '%s/%s' % (ident, f['name']), 'sc:Text' if f['name'] == 'name' else 'sc:Integer'], 'field')
    same([[d.get('%s/%s' % (ident, n)) for n in names] for d in rs['data']], want, ident)
    must(all(len(d) == len(names) for d in rs['data']), '%s: a value of no field', ident)


def totals(m):
    return [['records', m.count['records']], ['occurrences', m.count['occurrences']], ['bytes', m.count['bytes']],
            ['stored bytes', m.count['stored']], ['shards', len(m.shards)], ['shards read', len(m.inputs)],
            ['records taken back', m.count['taken']], ['records in conflict', m.count['conflicts']]]


def licence_urls(m):
    if not m.records:
        yield FILL + ': license'
    for k, v in sorted(m.tallies['licence'].items()):
        t = text(k)
        if state(k):
            yield t or 'not looked for', v[0], state(k)
        elif 'LicenseRef-' in t:
            yield t, v[0], 'not on the SPDX list, or of no stated version'
        elif re.search(r'[ +]', t):
            yield t, v[0], 'an SPDX licence expression'
        else:
            yield 'https://spdx.org/licenses/%s.html' % t


def croissant_prov(d, m):
    want = [{'@type': 'prov:Entity', 'prov:label': p} for p in m.parents()]
    want += [{'@type': 'prov:Entity', 'prov:label': i[0], 'sha256': i[1], 'contentSize': '%d B' % i[2],
              'description': 'a shard that was read; records: %d, spoilt: %d' % i[3:]} for i in m.inputs]
    got = d.get('prov:wasDerivedFrom', [])
    for g in got[:len(m.parents())]:
        g.pop('description')
    same(got, want, 'prov:wasDerivedFrom')
    steps = [dict({'@type': 'prov:Activity', 'prov:label': m.words(s), 'version': s['revision']},
                  **({'description': 'its rules: ' + s['rules']} if s['rules'] else {})) for s in m.steps]
    same(d.get('prov:wasGeneratedBy', []), steps, 'prov:wasGeneratedBy')
    same(d.get('prov:wasAttributedTo'), {'@type': 'prov:SoftwareAgent', 'prov:label': m.tool} if m.head('tool') else None, 'tool')


def croissant_rai(d, m):
    only([k[4:] for k in d if k.startswith('rai:')], RAI, 'RAI')
    same(d['rai:dataCollectionMissingData'], 'records without: ' + ', '.join('%s %d' % (w, m.without[w]) for w in WITHOUT), 'missing data')
    same(d.get('rai:dataPreprocessingProtocol', []), [m.words(s) for s in m.steps], 'protocol')
    same([int(x) for x in re.findall(r': (\d+)', d['rai:dataCollection'])],
         [len(m.inputs), sum(i[3] for i in m.inputs), sum(i[4] for i in m.inputs)], 'rai:dataCollection')
    same('rai:dataCollectionRawData' in d, bool(m.inputs), 'rai:dataCollectionRawData')
    tags = [s for s in m.steps if s['name'].startswith('tag/')]
    same(d.get('rai:machineAnnotationTools', []), ['%s %s, revision %s' % (m.tool, s['name'], s['revision']) for s in tags], 'tools')
    made = ['%s made records of parts of %d records' % (s['name'], s['counts'][1])
            for s in m.steps if s['name'].startswith('split/') and not s['name'].endswith(':made')]
    same(d.get('rai:dataManipulationProtocol', ''), '; '.join(made), 'manipulation')
    known = ['records of which no licence is known (%s): %d' % (w, n) for w, n in m.states.items() if n]
    said = [x for x in d['rai:dataLimitations'] if not x.startswith('the manifest does not say: ')]
    same(said, known, 'rai:dataLimitations')
    same(len(d['rai:dataLimitations']) - len(said), 3, 'what the manifest does not say')


def charter_peel(d):
    """Away with what a charter adds: its policy with the prefixes for it, and its words."""
    if 'usageInfo' not in d:
        return
    d.pop('usageInfo')
    for prefix, names in CR_POLICY.items():
        same(d['@context'].pop(prefix), names, 'the prefix %s of a policy' % prefix)
    d['rai:dataLimitations'] = [x for x in d['rai:dataLimitations'] if not x.startswith('charter ')]


def croissant(d, m):
    charter_peel(d)
    required(d, CR_DATASET + ['recordSet'], 'Dataset')
    only([k for k in d if not k.startswith('rai:')], CR_DATASET + CR_PROV + ['recordSet', 'identifier', 'dateCreated', 'version'], 'Dataset')
    same(d['@context'], CR_CONTEXT, '@context')
    same(d['@type'], 'sc:Dataset', '@type')
    same(d['conformsTo'], ['http://mlcommons.org/croissant/1.1', 'http://mlcommons.org/croissant/RAI/1.0'], 'conformsTo')
    must(WHEN.match(d['datePublished']) or UNFINISHED, 'datePublished is no date')
    same(d['creator'].get('@type'), 'sc:Organization', 'creator')
    required(d['creator'], ['name'], 'creator')
    if m.head('created'):
        same(d['dateCreated'], m.head('created'), 'dateCreated')
    same([x if isinstance(x, str) else (x['@type'], x['name'], x['description']) for x in d['license']],
         [x if isinstance(x, str) else ('sc:CreativeWork', x[0], '%s; records: %d' % (x[2], x[1])) for x in licence_urls(m)], 'license')
    same([(x['@type'], x['propertyID'], x['value']) for x in d['identifier']],
         [('sc:PropertyValue', n, m.totals[n]) for n in ('record-root', 'key-root', 'lines') if n in m.totals], 'identifier')
    files = d['distribution']
    many = len(m.shards) > 1
    same(len(files), 1 + len(m.shards) + many, 'files')
    prefix = files[0]['contentUrl'][:-len(m.name)] if files[0]['contentUrl'].endswith(m.name) else ''
    croissant_file(files[0], m.name, m.sha256, m.size, prefix, 'manifest', m.name.encode())
    for i, s in enumerate(m.shards):
        croissant_file(files[i + 1], s[0], s[1], s[2], prefix, 'shard-%d' % (i + 1), s[5])
        same(files[i + 1]['description'], 'a shard; records: %d' % s[4], 'records of a shard')
    if many:
        fs = files[-1]
        required(fs, CR_SET, 'FileSet')
        same([fs['@type'], fs['@id'], fs['contentSize'], fs['includes'], fs['containedIn']['fileObject'],
              fs['containedIn']['transform']['readLines'], fs['encodingFormat']],
             ['cr:FileSet', 'shards', '%d B' % m.count['stored'], '*', {'@id': 'manifest'}, True, media(m.shards[0][0])], 'FileSet')
        cut = re.compile(fs['containedIn']['transform']['regex'].encode())
        same([field(g[1]) for g in map(cut.match, m.raw) if g], [s[5] for s in m.shards], 'paths that the FileSet takes')
        same(re.findall(r'\d+', fs['description']), [str(len(m.shards))], 'files of the FileSet')
    sets = {r['@id']: r for r in d['recordSet']}
    same(list(sets), ['records'] + [n for n, t in (('licences', 'licence'), ('media', 'media'), ('domains', 'domain'), ('rights', 'rights'))
                                    if m.tallies[t]] + ['totals'], 'record sets')
    same([sets['records']['@type'], sets['records']['name']], ['cr:RecordSet', 'records'], 'record set')
    croissant_fields(sets['records'], m)
    for ident, t in (('licences', 'licence'), ('media', 'media'), ('domains', 'domain'), ('rights', 'rights')):
        if m.tallies[t]:
            croissant_data(sets, ident, [[text(k) or '-'] + v[:3 if t == 'licence' else 2] for k, v in sorted(m.tallies[t].items())])
    croissant_data(sets, 'totals', totals(m) + [['records without ' + w, m.without[w]] for w in WITHOUT])
    croissant_prov(d, m)
    croissant_rai(d, m)


# ---- SPDX 3.0.1 ----

ELEMENT = ['type', 'spdxId', 'creationInfo']                                                             # Core: Element
SPDX = {  # class: what it requires, what else is there, by profile
    'CreationInfo': (['type', '@id', 'specVersion', 'created', 'createdBy'], ['createdUsing']),         # Core
    'Organization': (ELEMENT + ['name'], []),
    'SoftwareAgent': (ELEMENT + ['name'], []),
    'Tool': (ELEMENT + ['name'], []),
    'SpdxDocument': (ELEMENT + ['name', 'element', 'rootElement', 'profileConformance'], []),
    'Relationship': (ELEMENT + ['from', 'to', 'relationshipType'], ['comment', 'completeness']),
    'Annotation': (ELEMENT + ['annotationType', 'subject', 'statement'], []),
    'Hash': (['type', 'algorithm', 'hashValue'], ['comment']),
    'DictionaryEntry': (['type', 'key', 'value'], []),
    'software_File': (ELEMENT + ['name', 'verifiedUsing'], ['comment', 'software_primaryPurpose', 'software_contentType']),  # Software
    'software_Package': (ELEMENT + ['name'], ['comment', 'verifiedUsing']),
    'dataset_DatasetPackage': (ELEMENT + ['name', 'builtTime', 'originatedBy', 'releaseTime', 'software_downloadLocation',   # Dataset
                                          'software_primaryPurpose', 'dataset_datasetType', 'verifiedUsing'],
                               ['comment', 'description', 'software_packageVersion', 'software_homePage', 'dataset_datasetSize',
                                'dataset_hasSensitivePersonalInformation', 'dataset_dataCollectionProcess', 'dataset_dataPreprocessing']),
    'simplelicensing_LicenseExpression': (ELEMENT + ['simplelicensing_licenseExpression'], ['comment', 'simplelicensing_customIdToUri']),
    'expandedlicensing_CustomLicense': (ELEMENT + ['name', 'simplelicensing_licenseText'], []),
    'expandedlicensing_CustomLicenseAddition': (ELEMENT + ['name', 'expandedlicensing_additionText'], []),
    'build_Build': (ELEMENT + ['build_buildType'], ['build_parameter']),
}
LATER = ['originatedBy', 'releaseTime', 'software_downloadLocation']  # only a publisher knows
NOASSERTION = 'expandedlicensing_NoAssertionLicense'


def spdx_walk(x, where):
    if isinstance(x, list):
        for y in x:
            spdx_walk(y, where)
    if not isinstance(x, dict):
        return
    must(x.get('type') in SPDX, '%s: no class %s', where, x.get('type'))
    need, more = SPDX[x['type']]
    required(x, [n for n in need if not (UNFINISHED and n in LATER)], x['type'])
    only(x, need + more, x['type'])
    if x['type'] == 'Hash':
        must(x['algorithm'] == 'sha256' and re.match(r'[0-9a-f]{64}\Z', x['hashValue']), 'a hash is none')
    for v in x.values():
        spdx_walk(v, x['type'])


def spdx_licence(rel, by, at, m, kind, name):
    rels = [r for r in rel if r['relationshipType'] == kind and r['from'] == at + '#corpus']
    same(len(rels), 1, kind + ' of the DatasetPackage')
    have = {k: v for k, v in m.stated.items() if kind == 'hasConcludedLicense' or v[2]}
    known = sum(v[0] if kind == 'hasConcludedLicense' else v[2] for v in have.values())
    if known < m.count['records'] or not known:
        same(rels[0]['to'], [NOASSERTION], kind)
        nums = re.findall(r'\d+', rels[0].get('comment', ''))
        same(nums, [str(m.count['records']), str(m.count['records'] - known)] if known < m.count['records'] else [], kind + ': why')
        return
    same(rels[0]['to'], [at + '#' + name], kind)
    must('comment' not in rels[0], kind + ': why, when there is no why')
    want = ' AND '.join('(%s)' % text(k) for k in sorted(have))
    same(choices(by[at + '#' + name]['simplelicensing_licenseExpression']), choices(want), kind)


def spdx(d, m):
    same(d.get('@context'), 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@context')
    only(d, ['@context', '@graph'], 'file')
    graph = d['@graph']
    spdx_walk(graph, '@graph')
    at = 'https://spdx.org/spdxdocs/scope-%s-%s' % (m.totals['record-root'][7:], m.lines[:16])
    creation = [e for e in graph if e['type'] == 'CreationInfo']
    same(len(creation), 1, 'CreationInfo')
    same([creation[0]['specVersion'], creation[0]['@id']], ['3.0.1', '_:creation'], 'CreationInfo')
    must(TIME.match(creation[0]['created']), 'created is no time')
    rest = [e for e in graph if e['type'] != 'CreationInfo']
    by = {e['spdxId']: e for e in rest}
    same(len(by), len(rest), 'ids that are there once')
    must(all(e['creationInfo'] == '_:creation' for e in rest), 'creationInfo')
    must(all(i.startswith(at + '#') for i in by), 'ids')
    kinds = {}
    for e in rest:
        kinds.setdefault(e['type'], []).append(e)
    doc = kinds['SpdxDocument']
    same([len(doc), doc[0]['spdxId'], doc[0]['rootElement']], [1, at + '#document', [at + '#corpus']], 'SpdxDocument')
    same(sorted(doc[0]['element']), sorted(i for i in by if i != at + '#document'), 'elements of the document')
    build = bool(m.steps or m.inputs)
    same(doc[0]['profileConformance'], ['core', 'software', 'simpleLicensing', 'expandedLicensing', 'dataset'] + ['build'] * build, 'profiles')
    pack = kinds['dataset_DatasetPackage']
    same([len(pack), pack[0]['spdxId']], [1, at + '#corpus'], 'DatasetPackage')
    pack = pack[0]
    same(doc[0]['name'], pack['name'], 'name')
    agent = by.get(at + '#creator') or by.get(at + '#agent')
    must(agent and agent['type'] in ('Organization', 'SoftwareAgent'), 'no agent')
    same(creation[0]['createdBy'], [agent['spdxId']], 'createdBy')
    same([creation[0]['createdUsing'], by[at + '#tool']['type'], by[at + '#tool']['name']], [[at + '#tool'], 'Tool', m.tool], 'tool')
    if agent['type'] == 'Organization':
        same(pack['originatedBy'], [agent['spdxId']], 'originatedBy')
    else:
        same(agent['name'], m.tool, 'agent')
    for k in ('builtTime', 'releaseTime'):
        must(TIME.match(pack[k]) if k in pack else UNFINISHED, '%s is no time', k)
    if m.head('created'):
        same([creation[0]['created'], pack['builtTime']], [m.head('created')] * 2, 'created')
    for k in LATER:
        must(k in pack or (FILL in pack.get('comment', '') and k in pack['comment']), '%s is neither there nor named as missing', k)
    roots = [h['hashValue'] for h in pack['verifiedUsing']]
    same(roots, [m.totals[r][7:] for r in ('record-root', 'key-root') if r in m.totals], 'roots')
    same([h['comment'].split(':')[0] for h in pack['verifiedUsing']], [r for r in ('record-root', 'key-root') if r in m.totals], 'roots')
    same([pack['software_primaryPurpose'], pack['dataset_datasetSize'], pack['dataset_hasSensitivePersonalInformation']],
         ['data', m.count['stored'], 'noAssertion'], 'package')
    types = [t for t in ('audio', 'image', 'text', 'video') if any(k.startswith(t.encode() + b'/') for k in m.tallies['media'])]
    same(pack['dataset_datasetType'], types or ['other' if m.tallies['media'] else 'noAssertion'], 'dataset type')
    same(re.findall(r'\d+', pack['dataset_dataCollectionProcess']), [str(len(m.inputs))], 'collection')
    same(pack.get('dataset_dataPreprocessing', []), [m.words(s) for s in m.steps], 'steps')
    want = [('shard-%d' % (i + 1), s[0], 'bytes: %d; records: %d' % (s[2], s[4]), [s[1], s[3]]) for i, s in enumerate(m.shards)]
    want += [('input-%d' % (i + 1), s[0], 'bytes: %d; records: %d; spoilt: %d' % s[2:], [s[1]]) for i, s in enumerate(m.inputs)]
    want += [('manifest', m.name, 'bytes: %d; form: scope-manifest/1' % m.size, [m.sha256])]
    same([(e['spdxId'][len(at) + 1:], e['name'], e['comment'], [h['hashValue'] for h in e['verifiedUsing']]) for e in kinds['software_File']],
         want, 'files')
    for e in kinds['software_File']:
        same([e['software_primaryPurpose'], e['software_contentType']], ['data', media(e['name'])], 'file')
        same([h.get('comment') for h in e['verifiedUsing']], [None, 'of the decompressed bytes'][:len(e['verifiedUsing'])], 'hashes of a file')
    same([(e['name'], [h['hashValue'] for h in e.get('verifiedUsing', [])]) for e in kinds.get('software_Package', [])],
         [(p, re.findall(r'\Asha256:([0-9a-f]{64})\Z', p)) for p in m.parents()], 'parents')
    licences = [e for e in kinds.get('simplelicensing_LicenseExpression', []) if '#licence-' in e['spdxId']]
    same([(e['spdxId'], e['simplelicensing_licenseExpression'], e['comment']) for e in licences],
         [('%s#licence-%d' % (at, i + 1), text(k), 'records: %d; bytes: %d; declared in records: %d' % tuple(v))
          for i, (k, v) in enumerate(sorted(m.stated.items()))], 'licences')
    custom = {e['name']: e['spdxId'] for t in ('expandedlicensing_CustomLicense', 'expandedlicensing_CustomLicenseAddition') for e in kinds.get(t, [])}
    for e in kinds.get('simplelicensing_LicenseExpression', []):
        mine = set(re.findall(r'[^\s()]*(?:License|Addition)Ref-[^\s()]*', e['simplelicensing_licenseExpression']))
        same({x['key']: x['value'] for x in e.get('simplelicensing_customIdToUri', [])}, {n: custom.get(n) for n in mine}, 'custom licences')
    rel = kinds['Relationship']
    spdx_licence(rel, by, at, m, 'hasConcludedLicense', 'concluded')
    spdx_licence(rel, by, at, m, 'hasDeclaredLicense', 'declared')
    shards, inputs = ([e for e in by if '#%s-' % n in e] for n in ('shard', 'input'))
    want = [('corpus', 'other', [e['spdxId'] for e in licences], 'complete')] if licences else []
    want += [('corpus', 'contains', shards, 'complete')] if shards else []
    want += [('corpus', 'hasMetadata', [at + '#manifest'], None)]
    want += [('corpus', 'descendantOf', ['%s#parent-%d' % (at, i + 1) for i in range(len(m.parents()))], None)] if m.parents() else []
    want += [('run', 'hasInput', inputs, 'complete')] if inputs else []
    want += [('run', 'hasOutput', [at + '#corpus'] + shards, 'complete')] if build else []
    same([(r['from'][len(at) + 1:], r['relationshipType'], r['to'], r.get('completeness')) for r in rel if 'License' not in r['relationshipType']],
         want, 'relationships')
    must(all(x in by or x == NOASSERTION for r in rel for x in r['to'] + [r['from']]), 'a relationship leads nowhere')
    if build:
        run = kinds['build_Build'][0]
        same([len(kinds['build_Build']), run['spdxId'], run['build_buildType']], [1, at + '#run', 'urn:scope:run'], 'Build')
        same([(p['key'], p['value']) for p in run.get('build_parameter', [])],
             [('%s %s' % (s['number'], s['name']), 'revision %s; rules %s; args %s' % (s['revision'], s['rules'] or '-', s['args'] or '-'))
              for s in m.steps], 'steps of the build')
    notes = kinds['Annotation']
    must(all(n['subject'] == at + '#corpus' and n['annotationType'] == 'other' for n in notes), 'annotations')
    want = ['records: %d' % m.count['records'], 'occurrences: %d' % m.count['occurrences'], 'bytes: %d' % m.count['bytes'],
            'records taken back: %d' % m.count['taken'], 'records in conflict: %d' % m.count['conflicts']]
    want += ['records of which no licence is known (%s): %d' % (w, n) for w, n in m.states.items() if n]
    want += ['records without %s: %d' % (w, m.without[w]) for w in WITHOUT]
    same([n['statement'] for n in notes][:-1], want, 'counts')
    must(notes[-1]['statement'].startswith('the manifest does not say: '), 'what the manifest does not say')


# ---- CycloneDX 1.7 ----

CDX = ['$schema', 'bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies', 'compositions', 'citations']


def props(x):
    out = {}
    for p in x.get('properties', []):
        only(p, ['name', 'value'], 'property')
        out.setdefault(p['name'], []).append(p['value'])
    return out


def cyclonedx_file(c, ref, path, sha, **want):
    same([c['type'], c['bom-ref'], c['name'], c['mime-type'], c['hashes']],
         ['file', ref, path, media(path), [{'alg': 'SHA-256', 'content': sha}]], 'component')
    same(props(c), {'scope:' + k: [str(v)] for k, v in want.items()}, 'properties of ' + ref)


def cyclonedx_licence(x):
    x = x.get('license', x)
    return x.get('id') or x.get('name') or x.get('expression'), x['acknowledgement'], props(x)


def cyclonedx(d, m):
    required(d, CDX, 'bill')
    only(d, CDX + ['formulation'], 'bill')
    sum = bytearray(hashlib.sha256(('scope-cyclonedx:' + m.totals['record-root'][7:] + m.lines).encode()).digest()[:16])
    sum[6], sum[8] = sum[6] & 15 | 128, sum[8] & 63 | 128
    h = sum.hex()
    same([d['$schema'], d['bomFormat'], d['specVersion'], d['version'], d['serialNumber']],
         ['http://cyclonedx.org/schema/bom-1.7.schema.json', 'CycloneDX', '1.7', 1,
          'urn:uuid:' + '-'.join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))], 'bill')
    meta = d['metadata']
    must(TIME.match(meta['timestamp']), 'timestamp is no time')
    if m.head('created'):
        same([meta['timestamp'], d['citations'][0]['timestamp']], [m.head('created')] * 2, 'timestamp')
    tool = meta['tools']['components'][0]
    same([tool['type'], tool['bom-ref'], ' '.join(filter(None, (tool['name'], tool.get('version'))))], ['application', 'tool', m.tool], 'tool')
    c = meta['component']
    required(c, ['name', 'supplier'] if not UNFINISHED else ['name'], 'component')
    same([c['type'], c['bom-ref'], c['hashes']],
         ['data', 'corpus', [{'alg': 'SHA-256', 'content': m.totals['record-root'][7:]}]], 'component')
    want = [(text(k), a, {'scope:records': [str(n)]}) for k, v in sorted(m.stated.items())
            for a, n in (('declared', v[2]), ('concluded', v[0] - v[2])) if n]
    same([cyclonedx_licence(x) for x in c.get('licenses', [])], want, 'licenses')
    for x in c.get('licenses', []):
        n = cyclonedx_licence(x)[0]
        same('expression' in x, bool(re.search(r'[ +]', n)), 'form of ' + n)
        same('name' in x.get('license', {}), 'expression' not in x and 'Ref-' in n, 'form of ' + n)
    data = c['data'][0]
    same([len(c['data']), data['bom-ref'], data['type'], data['name']], [1, 'data', 'dataset', c['name']], 'data')
    if 'supplier' in c:
        same(data['governance']['owners'], [{'organization': c['supplier']}], 'owners')
    want = [('records', m.count['records']), ('occurrences', m.count['occurrences']), ('bytes', m.count['bytes']), ('stored-bytes', m.count['stored'])]
    want += [(r, m.totals[r]) for r in ('record-root', 'key-root', 'lines') if r in m.totals]
    want += [('%s:%s' % (t, text(k)), v[0]) for t in ('media', 'domain', 'rights') for k, v in sorted(m.tallies[t].items())]
    want += [('no licence is known (%s)' % w, n) for w, n in m.states.items() if n]
    want += [('records without ' + w, m.without[w]) for w in WITHOUT]
    same([(p['name'], p['value']) for p in data['contents']['properties']], [('scope:' + k, str(v)) for k, v in want], 'properties')
    left = props(c)
    same(len(left.get('scope:not in the manifest', [])), 2, 'what is not in the manifest')
    must('scope:hashes' in left, 'what the hash is of')
    for what, there in (('--classification', 'classification' in data), ('--creator', 'supplier' in c), ('--description', 'description' in c),
                        ('--url', 'url' in data['contents'])):
        same(there, not any(what in x for x in left.get('scope:to be filled in', [])), what + ' is there, or named as missing')
        must(there or UNFINISHED or what == '--classification', '%s is to be filled in', what)
    old = c.get('pedigree', {}).get('ancestors', [])
    n = len(m.parents())
    same([(a['type'], a['bom-ref'], a['name']) for a in old[:n]], [('data', 'parent-%d' % (i + 1), p) for i, p in enumerate(m.parents())], 'parents')
    same(len(old), n + len(m.inputs), 'ancestors')
    for i, s in enumerate(m.inputs):
        cyclonedx_file(old[n + i], 'input-%d' % (i + 1), s[0], s[1], bytes=s[2], records=s[3], spoilt=s[4])
    same(len(d['components']), len(m.shards) + 1, 'components')
    for i, s in enumerate(m.shards):
        cyclonedx_file(d['components'][i], 'shard-%d' % (i + 1), s[0], s[1], bytes=s[2], records=s[4], decompressed='sha256:' + s[3])
    cyclonedx_file(d['components'][-1], 'manifest-1', m.name, m.sha256, bytes=m.size, records=m.count['records'], form='scope-manifest/1')
    same(d['dependencies'], [{'ref': 'corpus', 'dependsOn': [x['bom-ref'] for x in d['components']]}], 'dependencies')
    same(d['compositions'], [{'aggregate': 'complete', 'assemblies': ['corpus'], 'dependencies': ['corpus']}], 'compositions')
    same([len(d['citations']), d['citations'][0]['pointers'], d['citations'][0]['attributedTo']], [1, ['/metadata/component', '/components'], 'tool'], 'citations')
    same('formulation' in d, bool(m.steps), 'formulation')
    if m.steps:
        flow = d['formulation'][0]['workflows'][0]
        same([flow['bom-ref'], flow['uid'], flow['taskTypes'], flow.get('description', '')], ['run', 'run', ['other'], m.head('recipe')], 'workflow')
        got = [(t['bom-ref'], t['uid'], t['name'], t['taskTypes'], props(t)) for t in flow['tasks']]
        same(got, [('step-%d' % (i + 1), s['number'], s['name'], ['other'],
                    dict({'scope:' + k: [s[k]] for k in ('revision', 'rules', 'args')},
                         **{'scope:' + k: [str(v)] for k, v in zip(('in', 'kept', 'dropped', 'rejected', 'undecided'), s['counts'])}))
                   for i, s in enumerate(m.steps)], 'steps')


# ---- the whole ----

def no_twice(pairs):
    keys = [k for k, _ in pairs]
    must(len(set(keys)) == len(keys), 'a key stands twice')
    return dict(pairs)


def check(d, m):
    kind = cyclonedx if d.get('bomFormat') == 'CycloneDX' else spdx if '@graph' in d else croissant
    try:
        kind(d, m)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, re.error) as x:
        raise Wrong('not of its form: %r' % x) from None
    return kind.__name__


# Places whose value only a publisher knows, and words that explain.  * is any index; of a graph, [CLASS].
FREE = re.compile('(?:' + '|'.join((
    r'/(name|description|url|version|datePublished)', r'/creator/name', r'/dateCreated \(gone\)',                              # Croissant
    r'/distribution/\*/description:manifest', r'/recordSet/\*/description', r'/recordSet/\*/field/\*/description',
    r'/prov:wasDerivedFrom/\*/description', r'/rai:dataCollection(RawData)?', r'/rai:dataLimitations/\*',
    r'/@graph/\[(SpdxDocument|dataset_DatasetPackage|Organization)\]/name',                                                  # SPDX
    r'/@graph/\[dataset_DatasetPackage\]/(description|software_homePage|software_packageVersion|software_downloadLocation|comment)',
    r'/@graph/\[dataset_DatasetPackage\]/(dataset_dataCollectionProcess|releaseTime|verifiedUsing/\*/comment)',
    r'/@graph/\[(software_Package|Relationship)\]/comment', r'/@graph/\[simplelicensing_LicenseExpression\]/comment:whole',
    r'/@graph/\[expandedlicensing_CustomLicense(Addition)?\]/(simplelicensing_licenseText|expandedlicensing_additionText)',
    r'/@graph/\[Annotation\]/statement:unsaid',
    r'/metadata/component/(name|version|description|supplier/name|data/\*/(name|contents/url|classification))',              # CycloneDX
    r'/metadata/component/properties/\*/value', r'/metadata/component/data/\*/governance/owners/\*/organization/name', r'/citations/\*/note')) +
    r')( \((gone|changed)\))?\Z')


def special(d, path, kind):
    """Of places that are alike, those that hold only words."""
    x = d[path[0]][path[1]] if len(path) > 2 and isinstance(path[1], int) else {}
    if kind == '/version' and 'bomFormat' in d:
        return kind + ':bill'
    if kind == '/prov:wasDerivedFrom/*/description' and 'sha256' in x:
        return kind + ':shard'
    if kind == '/distribution/*/description' and x.get('@id') == 'manifest':
        return kind + ':manifest'
    if kind.endswith(']/comment') and str(x.get('spdxId')).endswith(('#concluded', '#declared')):
        return kind + ':whole'
    if kind.endswith(']/statement') and x['statement'].startswith('the manifest does not say'):
        return kind + ':unsaid'
    return kind


def places(x, path=(), kind=''):
    """Each value, as the way to it and that way with indices as *."""
    for k, v in list(x.items() if isinstance(x, dict) else enumerate(x)):
        where = kind + '/' + (k if isinstance(x, dict) else '[%s]' % v['type'] if kind == '/@graph' else '*')
        yield path + (k,), where, v
        if isinstance(v, (dict, list)):
            yield from places(v, path + (k,), where)


def changed(v):
    if isinstance(v, bool):
        return not v
    if isinstance(v, int):
        return v + 1
    if isinstance(v, str):
        return v[:-1] + ('1' if v[-1:] != '1' else '2')
    return None


def mutate(d, m):
    kinds, missed, tried = {}, set(), 0
    for path, kind, v in places(d):
        kinds.setdefault(special(d, path, kind), []).append((path, v))
    for kind, all_ in kinds.items():
        for path, v in {p: (p, v) for p, v in (all_[0], all_[-1], all_[len(all_) // 2])}.values():
            for how in ('changed', 'gone'):
                if how == 'changed' and isinstance(v, (dict, list)):
                    continue
                if FREE.match(kind) or FREE.match('%s (%s)' % (kind, how)):
                    continue
                e = copy.deepcopy(d)
                at = e
                for k in path[:-1]:
                    at = at[k]
                if how == 'gone':
                    del at[path[-1]]
                else:
                    at[path[-1]] = changed(v)
                tried += 1
                try:
                    check(e, m)
                    missed.add('%s %s' % ('/'.join(map(str, path)), how))
                except Wrong:
                    pass
    return tried, missed


def main(args):
    global UNFINISHED
    UNFINISHED = '--unfinished' in args
    files = [a for a in args if not a.startswith('--')]
    m = Manifest(files[1])
    try:
        d = json.loads(open(files[0], 'rb').read().decode('utf-8'), object_pairs_hook=no_twice)
        kind = check(d, m)
    except (Wrong, ValueError) as x:
        print('%s: %s' % (files[0], x), file=sys.stderr)
        return 1
    if '--mutate' not in args:
        print('%s: ok' % kind)
        return 0
    tried, missed = mutate(json.loads(open(files[0], 'rb').read()), m)
    for x in sorted(missed):
        print('%s: a change went unnoticed: %s' % (files[0], x), file=sys.stderr)
    print('%s: changes noticed: %s' % (kind, 'all' if tried and not missed else 'not all'))
    return 1 if missed or not tried else 0


sys.exit(main(sys.argv[1:]))
