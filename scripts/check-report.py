#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-report.py REPORT.json MANIFEST [--baseline MANIFEST] [--top N] [--sample N] -- are all numbers of a report those of the manifest?

The manifest is read anew, by nothing of scope's, and the whole report is made again from it, member for member; what differs is named.
What a manifest does not hold (audit, verdict, signature, checkpoint, whether the shards had a record) is looked at for its form only.
"""
import argparse
import codecs
import hashlib
import json
import math
import os
import sys
from collections import Counter, defaultdict
from urllib.parse import unquote_to_bytes

codecs.register_error('each', lambda e: ('\ufffd', e.start + 1))
FACTS = ['licence', 'basis', 'host', 'site', 'domain', 'media', 'rights']
LABELS = {'domain', 'media', 'rights'}
WIDE = ['host', 'site', 'domain', 'licence', 'media']
CUT = 160


def text(b):
    return b.decode('utf-8', 'each')


def field(b):
    return b'' if b == b'-' else unquote_to_bytes(b)


class Manifest:
    def __init__(self, path):
        raw = open(path, 'rb').read()
        self.sha256 = hashlib.sha256(raw).hexdigest()
        self.line = defaultdict(list)
        for l in raw.split(b'\n')[1:-1]:
            f = l.split(b'\t')
            self.line[f[0].decode()].append([field(x) for x in f[1:]])
        self.records = [self.record(f) for f in self.line['R']]
        self.total = {f[0].decode(): f[1] for f in self.line['T']}

    @staticmethod
    def record(f):
        kv = dict(x.split(b'=', 1) for x in f[6:])
        one = lambda v: [v] if v else []
        many = lambda v: [x for x in v.split(b',') if x]
        return {'id': f[0], 'bytes': int(f[1]), 'fields': f, 'kv': kv, 'domain': many(f[5]), 'media': many(f[2]), 'licence': one(f[3]),
                'basis': one(f[4]), 'host': one(kv.get(b'host', b'')), 'site': one(kv.get(b'site', b'')),
                'rights': many(kv.get(b'rights', b''))}


def count(records):
    records = list(records)
    return {'records': len(records), 'bytes': sum(r['bytes'] for r in records)}


class Table:
    """Values with records and bytes, from the most to the least."""

    def __init__(self, pairs):
        n, b = Counter(), Counter()
        for value, size in pairs:
            n[value] += 1
            b[value] += size
        self.rows = sorted(((v, n[v], b[v]) for v in n), key=lambda r: (-r[1], -r[2], self.whole(r[0])))

    @staticmethod
    def whole(v):
        return b'%d:' % len(v[0]) + v[0] + v[1] if isinstance(v, tuple) else v

    def rest(self, shown):
        left = self.rows[shown:]
        return {'values': len(left), 'records': sum(r[1] for r in left), 'bytes': sum(r[2] for r in left)}


def put(out, key, value):
    n = min(len(value), CUT)
    if n < len(value):
        while n and value[n] & 0xc0 == 0x80:
            n -= 1
        out[key + '_bytes'] = len(value)
    out[key] = text(value[:n])


def rows(table, top, *keys):
    out = []
    for v, n, b in table.rows[:top]:
        o = {'records': n, 'bytes': b}
        for k, x in zip(keys, v if isinstance(v, tuple) else (v,)):
            put(o, k, x)
        out.append(o)
    return out


# ---- licences ----

def open_set():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    ids, inside = set(), False
    for l in open(os.path.join(here, 'libscope/data/spdx-sets.txt')):
        if l.startswith('='):
            inside = l.split()[1] == 'open'
        elif inside and not l.startswith('#'):
            ids.update(l.split())
    return ids


OPEN = open_set()


def satisfied(words):
    """OR of ANDs of ID [WITH ID], no parentheses."""
    return any(all(a.split(' WITH ')[0] in OPEN for a in o.split(' AND ')) for o in words.split(' OR '))


def class_of(value):
    if not value:
        return 'not-looked-for'
    if value == b'none':
        return 'none'
    if value in (b'unknown', b'conflict'):
        return 'unsettled'
    return 'open' if satisfied(text(value)) else 'other-terms'


# ---- parts ----

def tables(m, top):
    out = {}
    for k in FACTS:
        t = Table((v, r['bytes']) for r in m.records for v in (dict.fromkeys(r[k]) if k in LABELS else r[k]))
        out[k] = {'distinct': len(t.rows), 'having': count(r for r in m.records if r[k]), 'lacking': count(r for r in m.records if not r[k]),
                  'rows': rows(t, top, 'value'), 'others': t.rest(top)}
    return out


def the_map(m):
    t = Table((r['fields'][5], r['bytes']) for r in m.records)
    areas = []
    for v, n, b in t.rows[:11]:
        l = Table((('', r['fields'][3])[1], r['bytes']) for r in m.records if r['fields'][5] == v)
        order = sorted(l.rows, key=lambda r: (-r[1], -r[2], r[0]))
        l.rows = order
        cells = rows(l, 6, 'licence')
        for c, row in zip(cells, order):
            c['class'] = class_of(row[0])
        a = {'records': n, 'bytes': b, 'licences': cells, 'others': l.rest(6)}
        put(a, 'domain', v)
        areas.append(a)
    return {'areas': areas, 'others': t.rest(11)}


def curve(m, by):
    c = Counter()
    for r in m.records:
        for h in r['host']:
            c[h] += r['bytes'] if by else 1
    v = sorted(c.values())
    n, s = len(v), sum(v)
    gini = 2 * sum((i + 1) * x for i, x in enumerate(v)) / (n * s) - (n + 1) / n if s else 0

    def first(share):
        part = 0
        for i, x in enumerate(reversed(v)):
            part += x
            if part >= share * s - 1e-9:
                return i + 1
        return 0
    at = min(n, 64)
    top = [n * i // at for i in range(at + 1)] if at else [0]
    points = [[n - k, sum(v[:n - k])] for k in reversed(top)]
    return {'hosts': n, 'sum': s, 'gini': max(gini, 0), 'half': first(0.5), 'nine_tenths': first(0.9), 'points': points}


def breadth(m, key, by):
    c, once = Counter(), Counter()
    for r in m.records:
        for v in dict.fromkeys(r[key]):
            c[v] += r['bytes'] if by else 1
            once[v] += 1
    v = [x for x in c.values() if x]
    n = sum(v)
    having = sum(r['bytes'] if by else 1 for r in m.records if r[key])
    drawn = sum(once.values())
    f1, f2 = sum(x == 1 for x in once.values()), sum(x == 2 for x in once.values())
    hill = [len(v), math.exp(-sum(x / n * math.log(x / n) for x in v)), 1 / sum((x / n) ** 2 for x in v)] if n else [0, 0, 0]
    records = sum(1 for r in m.records if r[key])
    high = min(1, f1 / drawn + (2 * math.sqrt(2) + math.sqrt(3)) * math.sqrt(math.log(3 / 0.05) / records)) if records else 1
    return {'n': n, 'distinct': len(v), 'hill': hill, 'largest': max(v, default=0), 'largest_share': max(v, default=0) / having if having else 0,
            'once': f1, 'twice': f2, 'unseen': f1 / drawn if drawn else 1, 'unseen_high': high, 'confidence': 0.95}


def breadths(m):
    return {k: {'records': breadth(m, k, False), 'bytes': breadth(m, k, True)} for k in WIDE}


def rights(m):
    def kind(r):
        if not r['rights']:
            return 'unchecked'
        for k in ('reserved', 'unknown'):
            if any(v.startswith(k.encode() + b'/') or v == k.encode() for v in r['rights']):
                return {'reserved': 'reserved', 'unknown': 'unclear'}[k]
        return 'clear'
    return {k: count(r for r in m.records if kind(r) == k) for k in ('reserved', 'unclear', 'clear', 'unchecked')}


def baseline(m, path):
    if not path:
        return None
    b = Manifest(path)

    def said(x):
        out = defaultdict(list)
        for r in x.records:
            out[r['id']].append(r['fields'])
        return out
    new, old = said(m), said(b)
    both = new.keys() & old.keys()
    return dict(count(b.records), name=os.path.basename(path), record_root=text(b.total['record-root']), added=len(new.keys() - old.keys()),
                left_out=len(old.keys() - new.keys()), changed=sum(new[i] != old[i] for i in both), same=sum(new[i] == old[i] for i in both),
                breadth=breadths(b))


def funnel(m):
    return [{'step': text(f[1]), 'revision': int(f[2]), 'in': int(f[4]), 'kept': int(f[5]), 'dropped': int(f[6]), 'rejected': int(f[7]),
             'undecided': int(f[8]), 'args': text(f[12]) if len(f) > 12 else ''} for f in m.line['P']]


def gaps(m):
    no = lambda k: count(r for r in m.records if not r[k])
    kv = lambda k: count(r for r in m.records if not r['kv'].get(k))
    of = lambda c: count(r for r in m.records if class_of(r['fields'][3]) == c)
    sums = rights(m)
    return {'host': no('host'), 'source': kv(b'src'), 'licence-looked-for': of('not-looked-for'), 'licence-found': of('none'),
            'licence-settled': of('unsettled'), 'licence-evidence': no('basis'), 'reservation-checked': sums['unchecked'],
            'reservation-clear': sums['unclear'], 'domain': no('domain'), 'media': no('media'), 'author': kv(b'author'), 'title': kv(b'title'),
            'doi': kv(b'doi')}


def sample(m, n):
    first = {}
    for r in m.records:
        first.setdefault(r['id'], r)
    key = lambda i: hashlib.sha256(b'scope-report/1\0' + i).digest()
    out = []
    for i in sorted(first, key=key)[:n]:
        r = first[i]
        o = {'id': text(i), 'bytes': r['bytes']}
        for k, v in (('media', r['fields'][2]), ('licence', r['fields'][3]), ('basis', r['fields'][4]), ('domain', r['fields'][5]),
                     ('host', r['kv'].get(b'host', b'')), ('title', r['kv'].get(b'title', b''))):
            put(o, k, v)
        out.append(o)
    return out


def made(m, name, args):
    total = lambda k: text(m.total[k])
    ins, outs = m.line['I'], m.line['S']
    t = Table(((r['fields'][3], r['fields'][4]), r['bytes']) for r in m.records if r['licence'])
    return {
        'format': 'scope-report/1',
        'manifest': {'name': name, 'sha256': m.sha256, 'record_root': total('record-root'), 'key_root': total('key-root'), 'lines': total('lines'),
                     'keys': int(total('keys')), 'heads': [{'key': text(f[0]), 'value': text(f[1])} for f in m.line['H']]},
        'corpus': dict(count(m.records), occurrences=len(m.line['L']), tombstones=len(m.line['X']),
                       inputs={'shards': len(ins), 'records': sum(int(f[3]) for f in ins), 'rejected': sum(int(f[4]) for f in ins),
                               'bytes': sum(int(f[1]) for f in ins)},
                       outputs={'shards': len(outs), 'records': sum(int(f[4]) for f in outs), 'bytes': sum(int(f[1]) for f in outs)},
                       conflicts=count(r for r in m.records if b'conflict' in r['kv']), rights=rights(m)),
        'tables': tables(m, args.top),
        'licence_basis': {'rows': rows(t, args.top, 'licence', 'basis'), 'others': t.rest(args.top)},
        'licence_class': {c: count(r for r in m.records if class_of(r['fields'][3]) == c)
                          for c in ('open', 'other-terms', 'unsettled', 'none', 'not-looked-for')},
        'map': the_map(m),
        'hosts': {'records': curve(m, False), 'bytes': curve(m, True)},
        'breadth': breadths(m),
        'baseline': baseline(m, args.baseline),
        'funnel': funnel(m),
        'not_said': [dict(v, key=k) for k, v in gaps(m).items()],
        'sample': sample(m, args.sample),
    }


# ---- side by side ----

ELSEWHERE = {'charter', 'audit', 'signature', 'checkpoint'}
WORDS = {'what', 'in_shards'}


def compare(got, want, at, wrong):
    if isinstance(want, dict) and isinstance(got, dict):
        skip = WORDS | (ELSEWHERE if not at else set())
        for k in (got.keys() | want.keys()) - skip:
            if k not in got or k not in want:
                wrong.append('%s/%s: only in the %s' % (at, k, 'report' if k in got else 'manifest'))
            else:
                compare(got[k], want[k], '%s/%s' % (at, k), wrong)
    elif isinstance(want, list) and isinstance(got, list):
        if len(got) != len(want):
            wrong.append('%s: %d, not %d' % (at, len(got), len(want)))
        for i, (g, w) in enumerate(zip(got, want)):
            compare(g, w, '%s/%d' % (at, i), wrong)
    elif isinstance(want, float) or isinstance(got, float):
        if not isinstance(got, (int, float)) or not math.isclose(got, want, rel_tol=1e-5, abs_tol=1e-9):
            wrong.append('%s: %r, not %r' % (at, got, want))
    elif got != want:
        wrong.append('%s: %r, not %r' % (at, got, want))


def main():
    p = argparse.ArgumentParser()
    p.add_argument('report')
    p.add_argument('manifest')
    p.add_argument('--baseline')
    p.add_argument('--top', type=int, default=25)
    p.add_argument('--sample', type=int, default=24)
    args = p.parse_args()
    got = json.load(open(args.report, encoding='utf-8'))
    wrong = ['/%s: not there' % k for k in ELSEWHERE - got.keys()]
    compare(got, made(Manifest(args.manifest), os.path.basename(args.manifest), args), '', wrong)
    for w in wrong[:20]:
        print(w)
    sys.exit(1 if wrong else 0)


main()
