#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-page.py PAGE.html -- a report in Chromium, at 360, 768 and 1280 pixels, light and dark, with JavaScript and without.

Fails when the page asks for anything but itself, says anything on the console, opens a dialog, is wider than the window, has words that stand
out too little from what is behind them (WCAG 2.1 AA), a heading out of order, a table without caption or scopes, a picture without words, or
when sorting, filtering and the choice of a measure do not do what they are for.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

QUIET = ('--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update '
         '--disable-sync --remote-debugging-pipe').split()


class Browser:
    """Chromium over a pair of pipes: messages are JSON with a NUL behind."""

    def __init__(self):
        self.dir = tempfile.mkdtemp()
        there, self.w = os.pipe()
        self.r, back = os.pipe()
        keep = os.dup(there), os.dup(back)

        def pipes():
            os.dup2(keep[0], 3)
            os.dup2(keep[1], 4)
        self.p = subprocess.Popen(['chromium', *QUIET, '--user-data-dir=' + self.dir, 'about:blank'], preexec_fn=pipes, close_fds=False,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for fd in (there, back, *keep):
            os.close(fd)
        self.file = os.fdopen(self.r, 'rb')
        self.n, self.events, self.session = 0, [], None
        page = [t for t in self.call('Target.getTargets')['targetInfos'] if t['type'] == 'page'][0]
        self.session = self.call('Target.attachToTarget', targetId=page['targetId'], flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Network', 'Log'):
            self.call(domain + '.enable')

    def message(self):
        b = bytearray()
        while True:
            c = self.file.read(1)
            if not c:
                sys.exit('chromium went away')
            if c == b'\0':
                return json.loads(b.decode())
            b += c

    def call(self, method, **params):
        self.n += 1
        m = {'id': self.n, 'method': method, 'params': params}
        if self.session:
            m['sessionId'] = self.session
        os.write(self.w, json.dumps(m).encode() + b'\0')
        while True:
            x = self.message()
            if x.get('id') == self.n:
                if 'error' in x:
                    sys.exit('%s: %s' % (method, x['error']))
                return x['result']
            self.events.append(x)

    def load(self, url):
        self.events = []
        self.call('Page.navigate', url=url)
        while not any(e.get('method') == 'Page.loadEventFired' for e in self.events):
            self.events.append(self.message())

    def js(self, text):
        x = self.call('Runtime.evaluate', expression=text, returnByValue=True)
        if 'exceptionDetails' in x:
            sys.exit('%s: %s' % (text[:80], x['exceptionDetails']))
        return x['result'].get('value')

    def close(self):
        self.session = None
        self.call('Browser.close')
        self.p.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


FAINT = '''(() => {
  const lum = c => { const v = c.map(x => { x /= 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; }); return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
  const rgb = s => { const m = s.match(/[0-9.]+/g); return m ? m.map(Number) : [0, 0, 0, 0]; };
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  const out = [];
  document.querySelectorAll('body *').forEach(e => {
    if (!e.getClientRects().length || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.closest('script,style,.skip,title,desc')) return;
    const s = getComputedStyle(e);
    let fore = rgb(s.color), back = behind(e);
    if (e.namespaceURI.endsWith('svg')) {
      fore = rgb(s.fill);
      const cell = e.parentElement.querySelector('rect');
      if (e.parentElement.tagName === 'g' && cell) back = rgb(getComputedStyle(cell).fill);
    }
    const a = lum(fore), b = lum(back), r = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (r < 4.5) out.push(e.tagName + ' ' + e.textContent.slice(0, 30) + ' ' + r.toFixed(2));
  });
  return out;
})()'''

BARE = '''(() => {
  const out = [], all = s => [...document.querySelectorAll(s)];
  let level = 0;
  all('h1,h2,h3,h4').forEach(h => { const n = Number(h.tagName[1]); if (n > level + 1) out.push('heading ' + h.textContent); level = n; });
  if (all('h1').length !== 1 || all('main').length !== 1) out.push('one h1, one main');
  all('table').forEach(t => { if (!t.caption || [...t.querySelectorAll('th')].some(h => !h.getAttribute('scope'))) out.push('table ' + t.textContent.slice(0, 40)); });
  all('svg').forEach(s => { if (s.getAttribute('aria-hidden') !== 'true' && !(s.getAttribute('role') === 'img' && s.querySelector('title') && s.querySelector('desc'))) out.push('svg ' + s.outerHTML.slice(0, 60)); });
  all('img').forEach(i => { if (!i.alt) out.push('img'); if (!i.complete || !i.naturalWidth) out.push('img is not shown'); });
  all('section').forEach(s => { if (!document.getElementById(s.getAttribute('aria-labelledby'))) out.push('section ' + s.id); });
  const ids = all('[id]').map(e => e.id);
  ids.forEach((x, i) => { if (ids.indexOf(x) !== i) out.push('id ' + x); });
  all('a[href^="#"]').forEach(a => { if (!document.getElementById(a.getAttribute('href').slice(1))) out.push('link ' + a.href); });
  return out;
})()'''

WORKS = '''(() => {
  const out = [], hidden = e => !e.getClientRects().length;
  const t = document.getElementById('hosts-table');
  if (!t || t.tBodies[0].rows.length < 2) return ['no hosts'];
  const column = i => [...t.tBodies[0].rows].filter(r => r.className !== 'fix').map(r => Number(r.cells[i].dataset.v));
  const sorted = (v, up) => v.every((x, i) => !i || (up ? v[i - 1] <= x : v[i - 1] >= x));
  const head = t.querySelectorAll('thead .sorts')[3];
  head.click();
  if (!sorted(column(4), false) || head.parentElement.getAttribute('aria-sort') !== 'descending') out.push('sorting, down');
  head.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  if (!sorted(column(4), true)) out.push('sorting, up, by key');
  document.querySelector('[data-choose=bytes]').click();
  if ([...document.querySelectorAll('[data-by=records]')].some(e => !hidden(e)) || hidden(document.querySelector('.curve[data-by=bytes]'))) out.push('bytes');
  document.querySelector('[data-choose=records]').click();
  if (hidden(document.querySelector('.curve[data-by=records]'))) out.push('records again');
  const input = document.querySelector('.find input'), first = t.tBodies[0].rows[0].cells[0].textContent;
  input.value = first;
  input.dispatchEvent(new Event('input'));
  if ([...t.tBodies[0].rows].some(r => r.className !== 'fix' && !hidden(r) && !r.cells[0].textContent.includes(first))) out.push('filter');
  if (!document.querySelector('.find [role=status]').textContent) out.push('filter says nothing');
  return out;
})()'''

SPOKE = ('Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded', 'Page.javascriptDialogOpening')


def events(b, url):
    asked = [e['params']['request']['url'] for e in b.events if e.get('method') == 'Network.requestWillBeSent']
    wrong = ['asks for ' + u[:80] for u in asked if u != url and not u.startswith('data:image/')]
    return wrong + [json.dumps(e)[:200] for e in b.events if e.get('method') in SPOKE]


def look(b, url, width, scheme, script):
    b.call('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1, mobile=False)
    b.call('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': scheme}])
    b.call('Emulation.setScriptExecutionDisabled', value=not script)
    b.load(url)
    b.call('Emulation.setScriptExecutionDisabled', value=False)
    wrong = []
    if b.js('document.documentElement.scrollWidth') > width:
        wrong.append('is wider than the window')
    wrong += ['too faint: ' + w for w in b.js(FAINT)] + ['bare: ' + w for w in b.js(BARE)]
    if script and '--hosts' in sys.argv:
        wrong += ['does not work: ' + w for w in b.js(WORKS)]
    return ['%d %s: %s' % (width, scheme, w) for w in wrong + events(b, url)]


def main():
    url = 'file://' + os.path.abspath(sys.argv[1])
    b = Browser()
    wrong = []
    for width, scheme, script in ((360, 'light', True), (768, 'dark', True), (1280, 'light', False), (1280, 'dark', True)):
        wrong += look(b, url, width, scheme, script)
    b.close()
    for w in wrong[:20]:
        print(w)
    sys.exit(1 if wrong else 0)


main()
