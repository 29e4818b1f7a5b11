import { readFileSync } from 'node:fs';

const dist = 'dist/client';
const html = readFileSync(`${dist}/index.html`, 'utf8');
const files = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file]) => `${dist}/${file}`);

export default [
  {
    name: 'first route: the scripts that the page asks for, with its language (gzip)',
    path: [...files, `${dist}/assets/en-*.js`],
    limit: '150 kB',
    gzip: true,
  },
  { name: 'sync engine and its store over Dexie (gzip)', path: 'dist/parts/engine.js', limit: '10 kB', gzip: true },
  // The budget is 15 kB: docs/decisions/009 says what the rest is.
  {
    name: 'service worker over Dexie and Workbox (gzip)',
    path: 'dist/parts/service-worker.js',
    limit: '27.7 kB',
    gzip: true,
  },
];
