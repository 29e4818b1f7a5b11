import { makeZip } from 'client-zip';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { craftZip } from './testing/craft-zip.ts';
import { openZip } from './zip-directory.ts';

const blob = (text: string) => new Blob([text]);
const zipped = (files: readonly { readonly name: string; readonly input: string }[]) =>
  new Response(makeZip(files)).blob();

async function opened(archive: Blob) {
  const zip = await openZip(archive);
  if (zip.kind !== 'zip') throw new Error(zip.reason);
  return zip;
}

const refusal = async (archive: Blob) => {
  const zip = await openZip(archive);
  return zip.kind === 'refused' ? zip.reason : zip.kind;
};

describe('an archive of ours', () => {
  test('gives back every file by its name, as part of the archive', async () => {
    const zip = await opened(
      await zipped([
        { name: 'videos/狐狸.mp4', input: 'one' },
        { name: 'empty', input: '' },
        { name: 'library.json', input: '{}' },
      ]),
    );
    expect(await (await zip.file('videos/狐狸.mp4'))?.text()).toBe('one');
    expect(await (await zip.file('empty'))?.text()).toBe('');
    expect([zip.size('library.json'), zip.size('nothing')]).toEqual([2, null]);
    expect(await zip.file('../library.json')).toBeNull();
  });

  test('of more than 65,535 files is read whole', async () => {
    const files = Array.from({ length: 65_600 }, (_, index) => ({ name: `${index}`, input: `${index}` }));
    const zip = await opened(await zipped(files));
    expect(await (await zip.file('65599'))?.text()).toBe('65599');
  });

  test('of more than 4 GiB is read by its directory alone', async () => {
    const some = new Blob([new Uint8Array(2 ** 24)]);
    const gigabyte = new Blob(Array.from({ length: 64 }, () => some));
    const large = new Blob([gigabyte, gigabyte, gigabyte, gigabyte, blob('end')]);
    const zip = await opened(
      craftZip([
        { name: 'large', data: large },
        { name: 'after', data: blob('small') },
      ]),
    );
    expect(await (await zip.file('after'))?.text()).toBe('small');
    const file = await zip.file('large');
    expect(file?.size).toBe(2 ** 32 + 3);
    expect(await file?.slice(-3).text()).toBe('end');
  });
});

describe('what is none, is cut or lies', () => {
  test.each<[string, () => Blob | Promise<Blob>, string]>([
    ['nothing', () => blob(''), 'zip_foreign'],
    ['text', () => blob('Dear diary'), 'zip_foreign'],
    [
      'a program with an archive behind it',
      async () => new Blob(['MZ..', await zipped([{ name: 'a', input: 'a' }])]),
      'zip_foreign',
    ],
    ['an encrypted file', () => craftZip([{ name: 'a', data: blob('a'), flags: 0x0809 }]), 'zip_packed'],
    [
      'a bomb: a compressed file that says it is a terabyte',
      () => craftZip([{ name: 'a', data: blob('a'), method: 8, size: 2 ** 40, packed: 1 }]),
      'zip_packed',
    ],
    [
      'a file as it is that says it is larger than it is packed',
      () => craftZip([{ name: 'a', data: blob('a'), size: 2 ** 40, packed: 1 }]),
      'zip_damaged',
    ],
    ['a length beyond the archive', () => craftZip([{ name: 'a', data: blob('a'), size: 2 ** 50 }]), 'zip_damaged'],
    [
      'a length that reaches into the directory',
      () => craftZip([{ name: 'a', data: blob('abc'), size: 4 }]),
      'zip_damaged',
    ],
    [
      'a bomb: files that lie over one another',
      () =>
        craftZip([
          { name: 'a', data: blob('a'.repeat(99)) },
          { name: 'b', data: blob('b'), offset: 0, size: 99 },
        ]),
      'zip_damaged',
    ],
    [
      'one name twice',
      () =>
        craftZip([
          { name: 'a', data: blob('1') },
          { name: 'a', data: blob('2') },
        ]),
      'zip_damaged',
    ],
    [
      'a count of files that are not there',
      () => craftZip([{ name: 'a', data: blob('1') }], { count: 1e12 }),
      'zip_damaged',
    ],
    ['a directory of a terabyte', () => craftZip([{ name: 'a', data: blob('1') }], { bytes: 2 ** 40 }), 'zip_damaged'],
    ['a directory elsewhere', () => craftZip([{ name: 'a', data: blob('1') }], { at: 0 }), 'zip_damaged'],
  ])('%s is refused', async (_, make, reason) => {
    expect(await refusal(await make())).toBe(reason);
  });

  test('a file whose own header has another name is not given', async () => {
    const zip = await opened(craftZip([{ name: 'library.json', localName: 'library.jsoN', data: blob('{}') }]));
    expect(await zip.file('library.json')).toBeNull();
  });

  test('cut anywhere it is refused', async () => {
    const whole = await zipped([
      { name: 'a', input: 'a'.repeat(50) },
      { name: 'b', input: 'b' },
    ]);
    for (let at = 0; at < whole.size; at++) expect(await refusal(whole.slice(0, at))).not.toBe('zip');
  });

  test('with any bytes changed it is refused, or gives what it says and no more than it has', async () => {
    const whole = new Uint8Array(
      await (
        await zipped([
          { name: 'a', input: 'abc' },
          { name: 'b', input: 'b' },
        ])
      ).arrayBuffer(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const changed = whole.slice();
          for (const [at, value] of changes) changed[at] = value;
          const zip = await openZip(new Blob([changed]));
          if (zip.kind === 'refused') return;
          for (const name of ['a', 'b']) {
            const file = await zip.file(name);
            if (file) expect(file.size).toBe(zip.size(name));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
