#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-gate.py GATE.json MANIFEST CHARTER SETS: every number that `scope gate --json` says, counted again from the manifest.

Python's standard library only, and no line of scope: SETS is the list of named licence sets.  Prints what differs; exit 1 if anything does.
"""
import json
import math
import re
import shlex
import sys

KEYS = ('licence', 'basis', 'host', 'site', 'domain', 'media', 'rights')
MANY = ('domain', 'media', 'rights')
bad = []


def unescape(s):
    return '' if s == '-' else re.sub('%([0-9A-F]{2})', lambda m: chr(int(m[1], 16)), s)


def records(path):
    for line in open(path, encoding='utf-8'):
        f = line.rstrip('\n').split('\t')
        if f[0] != 'R':
            continue
        r = dict(zip(('media', 'licence', 'basis', 'domain'), map(unescape, f[3:7])))
        r.update({'bytes': int(f[2]), 'host': '', 'site': '', 'rights': '', 'doi': '', 'src': ''})
        r.update({k: unescape(v) for k, v in (x.split('=', 1) for x in f[7:])})
        yield r


def labels(r, key):
    v = r[key]
    return [] if not v else v.split(',') if key in MANY else [v]


def under(label, value):
    if value.startswith('*.'):
        return label == value[2:] or label.endswith(value[1:])
    return value == '*' or label == value or label.startswith(value + '/')


def satisfied(expr, allowed):
    """OR: one side; AND: both; X WITH E is X's or its own."""
    words = re.findall(r'[()]|[^\s()]+', expr)

    def one():
        w = words.pop(0)
        if w == '(':
            ok = either()
            words.pop(0)
            return ok
        whole = w
        if words[:1] == ['WITH']:
            whole = ' '.join((w, words.pop(0), words.pop(0)))
        return w in allowed or whole in allowed

    def both():
        ok = one()
        while words[:1] == ['AND']:
            words.pop(0)
            ok = one() and ok
        return ok

    def either():
        ok = both()
        while words[:1] == ['OR']:
            words.pop(0)
            ok = both() or ok
        return ok

    return either()


def same(what, got, want):
    ok = math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-12) if isinstance(want, float) else got == want
    if not ok:
        bad.append(f'{what}: {got}, counted {want}')


def breadth(rs, key):
    count = {}
    for r in rs:
        for x in labels(r, key):
            count[x] = count.get(x, 0) + 1
    n, c, having = sum(count.values()), sorted(count.values()), sum(bool(r[key]) for r in rs)
    hill = [float(len(c)), math.exp(-sum(x / n * math.log(x / n) for x in c)) if n else 0.0, n * n / sum(x * x for x in c) if n else 0.0]
    once = sum(x == 1 for x in c)
    return {'distinct': len(c), 'hill': hill, 'max_share': max(c) / having if c else 0.0, 'unseen': once / n if n else 1.0,
            'lacking': len(rs) - having, 'count': count}


def truth(expr, r):
    m = re.fullmatch(r'not \((.*)\)', expr)
    if m:
        return not truth(m[1], r)
    m = re.fullmatch(r'(\w+) ~ "(.*)"', expr)
    if m:
        return bool(re.search(m[2], r[m[1]]))
    m = re.fullmatch(r'size >= (\d+)', expr)
    return r['bytes'] >= int(m[1])


def rule(words, rules, rs, sets):
    """Records that this rule breaks, by the first match of all rules of its key."""
    kind, key, values = words[0], words[1], words[2:]
    allow = [w for w in rules if w[0] == 'allow' and w[1] == key]
    allowed = {y for w in allow for x in w[2:] for y in sets.get(x, [x])}
    hit = lacking = 0
    for r in rs:
        if not r[key]:
            lacking += 1
            continue
        first = None
        for w in (w for w in rules if w[1] == key):
            if key == 'licence':
                on = r[key] in w[2:] if w[0] == 'deny' else satisfied(r[key], allowed)
            else:
                on = any(under(x, v) for x in labels(r, key) for v in w[2:])
            if on:
                first = w
                break
        hit += first is words if kind == 'deny' else first is None and words is allow[0]
    return hit, lacking


def main():
    gate = json.load(open(sys.argv[1], encoding='utf-8'))
    every = list(records(sys.argv[2]))
    lines = [shlex.split(x, comments=True) for x in open(sys.argv[3], encoding='utf-8')]
    lines = [x for x in lines if x]
    sets = {}
    for x in open(sys.argv[4], encoding='utf-8'):
        w = x.split('#')[0].split()
        if w and w[0] == '=':
            members = sets.setdefault(w[1], [])
        elif w:
            members.extend(w)
    filters = {w[1]: next(x[7:] for x in w if x.startswith('filter=')) for w in lines if w[0] == 'modify'}
    rules = [w for w in lines if w[0] in ('allow', 'deny')]
    for v in gate['variants']:
        names = re.findall(r'\bM\d+', v['name'])
        rs = [r for r in every if all(truth(filters[m], r) for m in names)]
        name = v['name']
        same(f'{name}: records', v['records'], len(rs))
        same(f'{name}: bytes', v['bytes'], sum(r['bytes'] for r in rs))
        b = {k: breadth(rs, k) for k in KEYS}
        for k in KEYS:
            got = v['breadth'][k]
            for what, want in (('distinct', b[k]['distinct']), ('hill1', b[k]['hill'][1]), ('hill2', b[k]['hill'][2]),
                               ('max_share', b[k]['max_share']), ('unseen', b[k]['unseen']), ('lacking', b[k]['lacking'])):
                same(f'{name}: {what}({k})', got[what], want)
        for w, d in zip(lines, v['directives']):
            where = f'{name}: {d["directive"]}'
            if w[0] in ('deny', 'allow'):
                hit, lacking = rule(w, rules, rs, sets)
                same(where, d['records'], hit)
                if not hit and lacking and d['verdict'] == 'pass':
                    bad.append(f'{where}: {lacking} records lack it, and it passes')
            elif w[0] == 'absent':
                key = 'src' if w[1] == 'url' else w[1]
                want = [x.lower() for x in w[2:]] if key in ('host', 'site') else w[2:]
                same(where, d['records'], sum(r[key] in want for r in rs))
            elif w[:2] == ['require', 'evidence']:
                same(where, d['records'], sum(not r[w[2]] or not r['basis'] for r in rs))
            elif w[0] == 'require':
                same(where, d['records'], sum(any(under(x, 'reserved') for x in labels(r, 'rights')) for r in rs))
            elif w[0] == 'limit':
                m = re.fullmatch(r'(\w+)(?:\((.*)\))?', w[1])
                a = (m[2] or '').split(',')
                want = {'records': lambda: float(len(rs)), 'bytes': lambda: float(sum(r['bytes'] for r in rs)), 'hill': lambda: b[a[1]]['hill'][int(a[0])],
                        'unseen': lambda: b[a[0]]['unseen'], 'distinct': lambda: float(b[a[0]]['distinct']),
                        'share': lambda: (max(b[a[0]]['count'].values(), default=0) if a[1] == 'max' else
                                          sum(any(under(x, a[1]) for x in labels(r, a[0])) for r in rs)) / max(1, len(rs))}[m[1]]()
                same(where, d['value'], want)
                holds = want <= float(w[3]) if w[2] == '<=' else want >= float(w[3])
                if holds == (d['verdict'] == 'violated'):
                    bad.append(f'{where}: {d["verdict"]}, at {want}')
            elif w[0] in ('cost', 'benefit'):
                x = [y[9:] for y in w if y.startswith('exposure=')]
                if x and 'text ~' not in x[0]:
                    same(where, d['records'], sum(truth(x[0], r) for r in rs))
                    same(where, d['bytes'], sum(r['bytes'] for r in rs if truth(x[0], r)))
    print('\n'.join(bad) or 'every number is that of the manifest')
    return bool(bad)


sys.exit(main())
