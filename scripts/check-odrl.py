#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-odrl.py [--mutate] FILE [MANIFEST [CHARTER]] -- has a policy what ODRL 2.2 asks of every policy, and is it about this corpus?

FILE is what `scope export odrl` wrote, or a Croissant document with usageInfo.  Each complaint names the section of the Information Model.
With MANIFEST the target must be its record-root, with CHARTER the policy's name must have its digest.  The standard library only, and no line of scope.
Exit status 1 if anything is wrong.  --mutate asks this program: is every property that is asked for missed, and every wrong one found?
"""
import copy
import hashlib
import json
import re
import sys

ACTIONS = {'use', 'read', 'reproduce', 'distribute', 'derive', 'attribute', 'inform', 'reviewPolicy',
           'cc:Notice', 'cc:ShareAlike', 'cc:CommercialUse'}
LEFT = {'dateTime', 'recipient'}
OPERATORS = {'eq', 'gt', 'gteq', 'lt', 'lteq', 'neq', 'isA', 'hasPart', 'isPartOf', 'isAllOf', 'isAnyOf', 'isNoneOf'}
NEEDED = {'uid', 'conflict', 'action', 'leftOperand', 'operator', 'rightOperand', 'assigner'}
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]+\Z")
DATE = {'xsd:date': re.compile(r'\d{4}-\d\d-\d\d\Z')}


def once(pairs):
    keys = [k for k, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError('a key stands twice in one object: ' + ', '.join(sorted(k for k in keys if keys.count(k) > 1)))
    return dict(pairs)


def bare(value):
    """As ODRL's own context has names: without a prefix, a reference as what it refers to."""
    if isinstance(value, dict):
        if set(value) == {'@id'}:
            return bare(value['@id'])
        return {bare(k): bare(v) for k, v in value.items()}
    if isinstance(value, list):
        return [bare(v) for v in value]
    return value[5:] if isinstance(value, str) and value.startswith('odrl:') else value


def listed(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def known(value, names):
    return isinstance(value, str) and value in names


class Check:
    def __init__(self):
        self.wrong = []

    def must(self, section, holds, what):
        if not holds:
            self.wrong.append('ODRL %s: %s' % (section, what))

    def iri(self, section, value, what):
        self.must(section, isinstance(value, str) and IRI.match(value), '%s is no IRI: %r' % (what, value))

    def action(self, rule, names, what):
        self.must('2.6', known(rule.get('action'), names), '%s has one action that is known: %r' % (what, rule.get('action')))

    def constraint(self, c):
        self.must('2.5.1', known(c.get('leftOperand'), LEFT), 'one leftOperand: %r' % (c.get('leftOperand'),))
        self.must('2.5.1', known(c.get('operator'), OPERATORS), 'one operator: %r' % (c.get('operator'),))
        self.must('2.5.1', ('rightOperand' in c) != ('rightOperandReference' in c), 'one rightOperand or a reference to one')
        right = c.get('rightOperand')
        if c.get('leftOperand') == 'dateTime' and right is not None:
            kind = DATE.get(right.get('@type')) if isinstance(right, dict) else None
            self.must('2.5.1', kind and kind.match(str(right.get('@value'))), 'dateTime is held against a date: %r' % (right,))
        if c.get('leftOperand') == 'recipient':
            self.must('2.5.1', c.get('operator') == 'isAnyOf' and isinstance(right, list) and right, 'recipients are some of a list: %r' % (right,))

    def duty(self, d):
        self.action(d, {'attribute', 'inform', 'reviewPolicy', 'cc:Notice', 'cc:ShareAlike'}, 'a duty')
        for party in ('informedParty', 'target'):
            if party in d:
                self.iri('2.6.3', d[party], party)

    def rule(self, r, section, names, what):
        self.must(section, isinstance(r.get('target'), str), '%s has one target' % what)
        self.iri('2.2', r.get('target'), 'target')
        self.action(r, names, what)
        for c in listed(r.get('constraint')):
            self.constraint(c)
        for d in listed(r.get('duty')):
            self.must('2.6.1', what == 'a permission', 'only permissions have duties')
            self.duty(d)

    def policy(self, p):
        types = listed(p.get('@type'))
        self.must('2.1', sum(known(t, {'Set', 'Offer'}) for t in types) == 1, 'a type, Set or Offer: %r' % (types,))
        self.must('2.1', isinstance(p.get('uid'), str), 'one uid')
        self.iri('2.1', p.get('uid'), 'uid')
        if 'Offer' in types:
            self.must('2.1.2', isinstance(p.get('assigner'), str), 'an Offer has one assigner')
        if 'assigner' in p:
            self.iri('2.3', p['assigner'], 'assigner')
        permissions, prohibitions = listed(p.get('permission')), listed(p.get('prohibition'))
        self.must('2.1', permissions or prohibitions or p.get('obligation'), 'at least one rule')
        for r in permissions:
            self.rule(r, '2.6.1', ACTIONS - {'use', 'cc:CommercialUse'}, 'a permission')
        for r in prohibitions:
            self.rule(r, '2.6.2', ACTIONS, 'a prohibition')
        self.must('2.10', known(p.get('conflict'), {'perm', 'prohibit', 'invalid'}), 'one strategy for conflicts')
        return {str(r.get('target')) for r in permissions + prohibitions}

    def about(self, p, targets, manifest, charter):
        root = next((f[2] for f in (x.rstrip('\n').split('\t') for x in open(manifest, encoding='utf-8')) if f[:2] == ['T', 'record-root']), None)
        self.must('2.2', root and targets == {'urn:scope:record-root:' + root}, 'the target is not the corpus: %r' % sorted(targets))
        if charter:
            digest = hashlib.sha256(open(charter, 'rb').read()).hexdigest()
            self.must('2.1', 'sha256:' + digest in str(p.get('uid')), 'the uid does not name the charter')


def check(doc, args):
    c, p = Check(), bare(doc.get('usageInfo', doc))
    targets = c.policy(p)
    if args:
        c.about(p, targets, args[0], args[1] if len(args) > 1 else None)
    return c.wrong


def places(value, path=()):
    """Every key that a policy must have where it stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for k, v in items:
        in_duty = 'duty' in map(bare, path)
        if k == '@type' and not path or bare(k) in NEEDED or bare(k) == 'target' and not in_duty:
            yield path + (k,)
        yield from places(v, path + (k,))


def mutate(doc, args):
    whole, missed, n = doc.get('usageInfo', doc), [], 0
    for place in places(whole):
        for change in ('gone', 'odrl:nonsense', ['odrl:use', 'odrl:read']):
            other = copy.deepcopy(whole)
            at = other
            for k in place[:-1]:
                at = at[k]
            if change == 'gone':
                del at[place[-1]]
            elif bare(place[-1]) == 'rightOperand' and bare(at['leftOperand' if 'leftOperand' in at else 'odrl:leftOperand']) != 'dateTime':
                continue  # any word may stand there
            else:
                at[place[-1]] = change
            n += 1
            if not check(other, args):
                missed.append('%s: %s' % ('/'.join(map(str, place)), change))
    return n, missed


def main():
    args = [a for a in sys.argv[1:] if a != '--mutate']
    doc = json.load(open(args[0], encoding='utf-8'), object_pairs_hook=once)
    wrong = check(doc, args[1:])
    if '--mutate' in sys.argv and not wrong:
        n, wrong = mutate(doc, args[1:])
        print('%d mutations, %d not noticed' % (n, len(wrong)))
        wrong = wrong or ([] if n else ['nothing to change'])
    for w in wrong:
        print(w)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
