import { expect, test } from 'vitest';
import { outputsIn } from './job-outputs.ts';

const FILM = 'https://cdn.example/1.mp4';
const urlsIn = (value: unknown) => outputsIn(value).map(({ url }) => url);

test.each([
  ['a URL', FILM],
  ['a list', [FILM]],
  ['a file', { url: FILM, content_type: 'video/mp4' }],
  ['a file by another name', { video_url: FILM }],
  ['a file under its name', { video: { url: FILM }, seed: 7 }],
  ['a file in lists', { outputs: [{ result: { videos: [{ uri: FILM }] } }] }],
  ['a file of which nothing is known', { url: 'https://cdn.example/1.mp4', content_type: 7, width: 'wide' }],
])('%s is one film', (_, value) => {
  expect(urlsIn(value)).toEqual([FILM]);
});

test.each([
  ['its sound', { audio: { url: 'https://cdn.example/1.mp3' }, video: { url: FILM } }],
  ['its sound in the list', [FILM, 'https://cdn.example/1.wav?e=1']],
  ['its sound, by type', [{ url: 'https://cdn.example/2', content_type: 'audio/mpeg' }, { url: FILM }]],
  [
    'a picture of it',
    [{ url: 'https://cdn.example/1', content_type: 'image/png' }, FILM, 'https://cdn.example/t.webp'],
  ],
  ['a thumbnail and the source', { thumbnail: { url: FILM }, image: FILM, video: FILM }],
  ['what is held back', [FILM, null, '', { reason: 'nsfw' }, 7, 'data:video/mp4;base64,AAAA', 'file:///etc/passwd']],
])('%s beside a film is none', (_, value) => {
  expect(urlsIn(value)).toEqual([FILM]);
});

test('several stay in their order', () => {
  expect(urlsIn({ videos: [{ url: `${FILM}?2` }, { url: FILM }] })).toEqual([`${FILM}?2`, FILM]);
});

test('what is said of a file is kept where it can be true', () => {
  expect(outputsIn({ url: FILM, content_type: 'video/mp4', width: 640, height: 360, duration: 5.2 })).toEqual([
    { url: FILM, contentType: 'video/mp4', width: 640, height: 360, durationMs: 5200, thumbhash: null },
  ]);
  expect(outputsIn({ url: FILM, width: -1, height: Number.NaN, duration: 0 })[0]).toMatchObject({
    width: null,
    height: null,
    durationMs: null,
  });
});
