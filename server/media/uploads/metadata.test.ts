import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { titleOf, UploadMetadataSchema } from './metadata.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const parse = (header: string) => v.safeParse(UploadMetadataSchema, header);

const ID = '01a20a45-28cd-7a45-b87d-65f4a5106370';
const SHA256 = 'ab'.repeat(32);

test('pairs of a key and base64, with keys of others and without values', () => {
  const header = `videoId ${base64(ID)},sha256 ${base64(SHA256)}, filename ${base64('狐.mp4')},relativePath,is_x `;
  expect(parse(header)).toMatchObject({ success: true, output: { videoId: ID, sha256: SHA256, filename: '狐.mp4' } });
  expect(parse('')).toMatchObject({ success: true, output: {} });
});

test.each([
  ['no base64', 'filename a-b_'],
  ['half of it', 'filename YQ='],
  ['no text', `filename ${Buffer.from([0xff, 0xfe]).toString('base64')}`],
  ['a third part', `filename ${base64('a')} b`],
  ['a key twice', `filename ${base64('a')},filename ${base64('b')}`],
  ['a key that is no ASCII', `näme ${base64('a')}`],
  ['another case of a hash', `sha256 ${base64(SHA256.toUpperCase())}`],
  ['no id', `videoId ${base64('../../etc/passwd')}`],
  ['too much', `filename ${base64('x'.repeat(4000))}`],
])('%s is refused', (_, header) => {
  expect(parse(header).success).toBe(false);
});

test('what an object has by nature is nothing that was said', () => {
  expect(parse(`__proto__ ${base64('x')}`)).toMatchObject({ success: true, output: {} });
  expect(v.parse(UploadMetadataSchema, `constructor ${base64('x')}`).filename).toBe(undefined);
});

test('whatever comes, it is read or refused, and no title has in it what a name must not', async () => {
  const pair = fc.tuple(fc.string(), fc.oneof(fc.string(), fc.base64String(), fc.string().map(base64)));
  const header = fc.array(pair).map((pairs) => pairs.map(([key, value]) => `${key} ${value}`).join(','));
  await fc.assert(fc.property(fc.oneof(header, fc.string({ unit: 'binary' })), (text) => void parse(text)));
  await fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (filename) => {
      const title = titleOf({ filename });
      expect(title === null || /^[^\p{Cc}\p{Cf}\p{Cs}/\\]{1,200}$/u.test(title)).toBe(true);
    }),
  );
});

describe('a title from a name', () => {
  test.each([
    ['holiday.mp4', 'holiday'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\fakepath\\My Film.MOV', 'My Film'],
    ['a\0b\r\nSet-Cookie: x.mp4', 'a b Set-Cookie: x'],
    ['\u202egnp.4pm.mp4', 'gnp.4pm'],
    ['.mp4', '.mp4'],
    ['狐 100%.webm', '狐 100%'],
    ['v1.2 final', 'v1.2 final'],
    ['', null],
    ['\u0000\u0007/', null],
    [`${'é'.repeat(300)}.mp4`, 'é'.repeat(200)],
  ])('%j gives %j', (filename, title) => {
    expect(titleOf({ filename })).toBe(title);
  });
});
