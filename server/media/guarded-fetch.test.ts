import { describe, expect, test, vi } from 'vitest';
import { after as realAfter } from '../entry/timers.ts';
import { createGuardedFetch, type GuardedFetchDeps, type GuardedReply } from './guarded-fetch.ts';

const OK = 'https://cdn.example/film.mp4';

function guard(
  options: Partial<GuardedFetchDeps> & { readonly pages?: Readonly<Record<string, () => Response>> } = {},
) {
  const asked: string[] = [];
  const guarded = createGuardedFetch({
    fetch: async (url) => {
      asked.push(url);
      const page = options.pages?.[url];
      if (!page) throw new Error('connection refused');
      return page();
    },
    resolveHost: async () => ['93.184.216.34'],
    after: realAfter,
    ...options,
  });
  return { guarded, asked };
}

describe('what is never asked', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://0/',
    'http://0.0.0.0:8080/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[64:ff9b::7f00:1]/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.0.1/',
    'http://100.64.0.1/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://app.localhost/',
    'http://metadata.google.internal/',
    'http://printer.local/',
    'http://server/',
    'http://①②⑦.⓪.⓪.①/',
    'http://127。0。0。1/',
    'http://0x7f.1/',
    'http://127.0.0.1./',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://2852039166/',
    'http://0251.0376.0251.0376/',
    'http://0xa9fea9fe/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::127.0.0.1]/',
    'http://[::ffff:0:127.0.0.1]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[64:ff9b:1::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://168.63.129.16/metadata',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://%31%32%37.0.0.1/',
    'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
    'http://local\thost/',
    'https://cdn.example:22/',
    'https://cdn.example:80/',
    'http://cdn.example:25/',
    'https://cdn.example:0/',
    'http://cdn.example:1023/film.mp4',
    'http://user@cdn.example/',
    'http://user:secret@cdn.example/',
    'ftp://cdn.example/',
    'file:///etc/passwd',
    'data:video/mp4;base64,AAAA',
    'blob:https://cdn.example/1',
    'javascript:alert(1)',
    'gopher://cdn.example:70/_x',
    'ws://cdn.example/',
    's3://bucket/film.mp4',
    'HTTPS:/\\127.0.0.1/',
    'local:01a20a45-28cd-7a45-b87d-65f4a5106370/0',
    '//cdn.example/film.mp4',
    'film.mp4',
    '',
  ])('%s', async (url) => {
    const { guarded, asked } = guard();
    expect((await guarded(url)).kind).toBe('refused');
    expect(asked).toEqual([]);
  });

  test.each([
    [['127.0.0.1']],
    [['93.184.216.34', '10.0.0.1']],
    [['169.254.169.254']],
    [['0.0.0.0']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['::ffff:127.0.0.1', '2606:4700::1']],
    [['64:ff9b::a00:1']],
    [['fe80::1%eth0']],
    [['nonsense']],
  ])('a name whose addresses are %j', async (addresses) => {
    const { guarded, asked } = guard({ resolveHost: async () => addresses });
    expect((await guarded(OK)).kind).toBe('refused');
    expect(asked).toEqual([]);
  });
});

test.each([
  'https://cdn.example:443/',
  'http://cdn.example:80/',
  'https://cdn.example:8443/',
  'https://xn--bcher-kva.example/',
  'https://cdn.example\\@127.0.0.1/',
  'https://[2606:4700::1]/',
  'https://1.1.1.1/',
])('%s is asked', async (url) => {
  const { guarded, asked } = guard();
  expect((await guarded(url)).kind).toBe('unreachable');
  expect(asked).toEqual([url]);
});

test('a name that cannot be found may be asked again later', async () => {
  const { guarded } = guard({ resolveHost: async () => Promise.reject(new Error('ENOTFOUND')) });
  expect(await guarded(OK)).toEqual({ kind: 'unreachable', message: 'cdn.example could not be found' });
});

describe('redirects', () => {
  const to = (location: string) => () => new Response(null, { status: 302, headers: { location } });

  test('are followed, relative ones too', async () => {
    const pages = {
      [OK]: to('/b'),
      'https://cdn.example/b': to('https://other.example/c'),
      'https://other.example/c': () => new Response('film'),
    };
    const { guarded, asked } = guard({ pages });
    expect(await textOf(await guarded(OK))).toBe('film');
    expect(asked).toEqual([OK, 'https://cdn.example/b', 'https://other.example/c']);
  });

  test.each([
    'http://169.254.169.254/',
    'http://localhost:3000/',
    '//127.0.0.1/',
    'http://2130706433/',
    'http://[::ffff:a00:1]/',
    'https://cdn.example:22/',
    'file:///etc/passwd',
    'data:video/mp4,x',
    'http://u:p@cdn.example/',
  ])('are not followed to %s', async (location) => {
    const { guarded, asked } = guard({ pages: { [OK]: to(location) } });
    expect((await guarded(OK)).kind).toBe('refused');
    expect(asked).toEqual([OK]);
  });

  test('are not followed to a name that leads to a private address, late in the chain', async () => {
    const pages = { [OK]: to('https://b.example/'), 'https://b.example/': to('https://rebound.example/latest') };
    const resolveHost = async (name: string) => [name === 'rebound.example' ? '169.254.169.254' : '93.184.216.34'];
    const { guarded, asked } = guard({ pages, resolveHost });
    expect((await guarded(OK)).kind).toBe('refused');
    expect(asked).toEqual([OK, 'https://b.example/']);
  });

  test.each(['', 'http://', 'https://a b/', 'http://256.1.1.1/'])('to %j lead nowhere', async (location) => {
    const { guarded, asked } = guard({ pages: { [OK]: to(location) } });
    expect((await guarded(OK)).kind).not.toBe('reply');
    expect(asked[0]).toBe(OK);
    expect(new Set(asked)).toEqual(new Set([OK]));
  });

  test('carry no header of ours but those that were asked for', async () => {
    const sent: unknown[] = [];
    const fetch: GuardedFetchDeps['fetch'] = async (url, init) => {
      sent.push(init.headers);
      return url === OK ? to('https://other.example/')() : new Response('film');
    };
    await guard({ fetch }).guarded(OK, { headers: { range: 'bytes=0-1' } });
    expect(sent).toEqual(Array.from({ length: 2 }, () => ({ range: 'bytes=0-1', 'accept-encoding': 'identity' })));
  });

  test('are followed five times', async () => {
    const { guarded, asked } = guard({ pages: { [OK]: to(OK) } });
    expect(await guarded(OK)).toEqual({ kind: 'refused', message: 'It redirects too often' });
    expect(asked).toHaveLength(6);
  });
});

describe('time', () => {
  test('a server that never answers is given up', async () => {
    vi.useFakeTimers();
    const fetch: GuardedFetchDeps['fetch'] = (_, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const reply = guard({ fetch }).guarded(OK);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await reply).toEqual({ kind: 'unreachable', message: 'No answer came in time' });
    vi.useRealTimers();
  });

  test('bytes that stop coming fail, slow ones do not', async () => {
    vi.useFakeTimers();
    let cancelled = false;
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) =>
        new Promise((resolve) => {
          if (sent++ < 3) setTimeout(() => resolve(controller.enqueue(new Uint8Array([sent]))), 29_000);
        }),
      cancel: () => {
        cancelled = true;
      },
    });
    const reply = await guard({ pages: { [OK]: () => new Response(body) } }).guarded(OK);
    const read = textOf(reply).catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(3 * 29_000 + 30_000);
    expect(await read).toBe('The bytes stopped coming');
    expect(cancelled).toBe(true);
    vi.useRealTimers();
  });
});

test('only the test’s own hosts may be private', async () => {
  const pages = { 'http://127.0.0.1:4000/a': () => new Response('film') };
  const { guarded } = guard({ pages, allowedHosts: new Set(['127.0.0.1:4000']) });
  expect(await textOf(await guarded('http://127.0.0.1:4000/a'))).toBe('film');
  expect((await guarded('http://127.0.0.1:4001/a')).kind).toBe('refused');
});

test('the bytes are asked for as they are', async () => {
  const seen: unknown[] = [];
  const { guarded } = guard({
    fetch: async (_, init) => {
      seen.push(init);
      return new Response('film');
    },
  });
  await guarded(OK, { headers: { range: 'bytes=0-1' } });
  expect(seen).toMatchObject([
    { method: 'GET', redirect: 'manual', headers: { range: 'bytes=0-1', 'accept-encoding': 'identity' } },
  ]);
});

test('a POST carries its body to the one address, and follows no redirect with it', async () => {
  const seen: unknown[] = [];
  const { guarded } = guard({
    fetch: async (url, { method, body }) => {
      seen.push([url, method, body]);
      return new Response(null, { status: 307, headers: { location: 'https://elsewhere.example/' } });
    },
  });
  const body = new TextEncoder().encode('for one only');
  expect(await guarded(OK, { method: 'POST', body })).toMatchObject({ kind: 'reply', status: 307 });
  expect(seen).toEqual([[OK, 'POST', body]]);
  expect((await guarded('https://127.0.0.1/', { method: 'POST', body })).kind).toBe('refused');
});

async function textOf(reply: GuardedReply): Promise<string> {
  if (reply.kind !== 'reply') throw new Error(reply.message);
  return new Response(reply.body).text();
}
