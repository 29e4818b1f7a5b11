import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny';
import { afterAll, describe, expect, test } from 'vitest';
import type { RenderedFilm, Renderer, RenderJob, RenderState } from './renderer.ts';
import { createRenderer } from './renderer.ts';

const root = mkdtempSync(join(tmpdir(), 'vidfab-render-'));
const renderers: Renderer[] = [];
afterAll(async () => {
  await Promise.all(renderers.map((renderer) => renderer.close()));
  rmSync(root, { recursive: true, force: true });
});

function renderer(name: string, concurrency = 1): Renderer {
  const made = createRenderer({ directory: join(root, name), concurrency });
  renderers.push(made);
  return made;
}

function job(changes: Partial<RenderJob> = {}): RenderJob {
  return {
    id: randomUUID(),
    prompt: 'sea at sunset',
    seed: 7,
    width: 128,
    height: 72,
    durationMs: 500,
    fps: 24,
    ...changes,
  };
}

async function finish(
  work: Renderer,
  id: string,
): Promise<{ readonly end: RenderState; readonly progress: readonly number[] }> {
  const progress: number[] = [];
  for (let turn = 0; turn < 2000; turn += 1) {
    const state = await work.state(id);
    if (state.kind === 'rendering') progress.push(state.progress);
    else if (state.kind !== 'waiting') return { end: state, progress };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('The film was never finished.');
}

async function film(work: Renderer, wanted: RenderJob): Promise<RenderedFilm> {
  work.start(wanted);
  const { end } = await finish(work, wanted.id);
  if (end.kind !== 'done') throw new Error(JSON.stringify(end));
  return end.film;
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

describe('renderer', () => {
  test('[FILM-1] a real H.264 film of the size and length asked for, index first', async () => {
    const made = await film(renderer('one'), job());
    expect(made).toMatchObject({ width: 128, height: 72, durationMs: 500 });
    const bytes = readFileSync(made.path);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    const track = await new Input({ source: new BufferSource(bytes), formats: [MP4] }).getPrimaryVideoTrack();
    expect(await track?.getCodec()).toBe('avc');
    expect(await track?.getDisplayWidth()).toBe(128);
    expect(await track?.computeDuration()).toBeCloseTo(0.5, 3);
    const poster = readFileSync(made.posterPath);
    expect(poster.subarray(8, 12).toString()).toBe('WEBP');
    expect(poster.length).toBeLessThanOrEqual(200_000);
    expect(Buffer.from(made.thumbhash, 'base64').length).toBeGreaterThan(10);
    expect(
      readdirSync(join(root, 'one'))
        .map((name) => name.split('.').at(-1))
        .sort(),
    ).toEqual(['json', 'mp4', 'webp']);
  });

  test('[FILM-2] the same prompt and seed give the same bytes', async () => {
    const work = renderer('same');
    const [one, other, third] = [await film(work, job()), await film(work, job()), await film(work, job({ seed: 8 }))];
    expect(digest(one.path)).toBe(digest(other.path));
    expect(digest(one.posterPath)).toBe(digest(other.posterPath));
    expect(digest(one.path)).not.toBe(digest(third.path));
  });

  test('[FILM-8] a seek begins only at pictures that need no other', async () => {
    const made = await film(renderer('seek'), job({ durationMs: 3000 }));
    const track = await new Input({
      source: new BufferSource(readFileSync(made.path)),
      formats: [MP4],
    }).getPrimaryVideoTrack();
    if (!track) throw new Error('no film');
    const keys: number[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) {
      if (packet.type === 'key') keys.push(packet.timestamp);
      expect(packet.type).toBe(await track.determinePacketType(packet));
    }
    expect(keys).toEqual([0, 2]);
  });

  test('[FILM-3] progress only goes up, and is real', async () => {
    const work = renderer('progress');
    const wanted = job({ durationMs: 3000, width: 192, height: 108 });
    work.start(wanted);
    const { end, progress } = await finish(work, wanted.id);
    expect(end.kind).toBe('done');
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
    expect(new Set(progress).size).toBeGreaterThan(2);
    expect(Math.max(...progress)).toBeLessThanOrEqual(1);
  });

  test('[FILM-4] what cannot be encoded fails with the reason, and the next one works', async () => {
    const work = renderer('fails');
    const odd = job({ width: 127 });
    work.start(odd);
    expect((await finish(work, odd.id)).end).toMatchObject({ kind: 'failed', message: expect.stringContaining('127') });
    await film(work, job());
  });

  test('[FILM-5] a finished film is found after a restart, and not made again', async () => {
    const wanted = job();
    const made = await film(renderer('restart'), wanted);
    const before = digest(made.path);
    writeFileSync(made.path, 'marked');
    const later = renderer('restart');
    expect(await later.state(wanted.id)).toEqual({ kind: 'done', film: made });
    later.start(wanted);
    await finish(later, wanted.id);
    expect(readFileSync(made.path, 'utf8')).toBe('marked');
    expect(before).not.toBe(digest(made.path));
  });

  test('[FILM-6] half a film is no film: without its JSON the job is unknown and can start afresh', async () => {
    const work = renderer('half');
    const wanted = job();
    writeFileSync(join(root, 'half', `${wanted.id}.mp4`), 'half');
    expect(await work.state(wanted.id)).toEqual({ kind: 'unknown' });
    const made = await film(work, wanted);
    expect(readFileSync(made.path).length).toBeGreaterThan(1000);
  });

  test('[FILM-7] ids that are no UUID never reach the disk', async () => {
    const work = renderer('ids');
    for (const id of ['../../etc/passwd', '', 'a', `${randomUUID()}/..`]) {
      expect(() => work.start(job({ id }))).toThrow(TypeError);
      expect(await work.state(id)).toEqual({ kind: 'unknown' });
    }
  });

  test('[FILM-8] a cancelled film is forgotten and its place is free', async () => {
    const work = renderer('cancel');
    const long = job({ durationMs: 60_000, width: 640, height: 360 });
    work.start(long);
    expect((await work.state(long.id)).kind).toBe('rendering');
    const next = job();
    work.start(next);
    expect(await work.state(next.id)).toEqual({ kind: 'waiting' });
    work.cancel(long.id);
    expect(await work.state(long.id)).toEqual({ kind: 'unknown' });
    expect((await finish(work, next.id)).end.kind).toBe('done');
    expect(readdirSync(join(root, 'cancel')).some((name) => name.startsWith(long.id))).toBe(false);
  });

  test('[FILM-9] what a start sweeps: half files of an hour, pictures of a week, no film', async () => {
    const work = renderer('sweep');
    const made = await film(work, job());
    const aged = async (path: string, days: number) => {
      const at = Date.now() / 1000 - days * 24 * 60 * 60;
      utimesSync(path, at, at);
      return basename(path);
    };
    const kept = [
      await aged(await work.keepPicture('young', Uint8Array.of(1)), 6),
      ...[made.path, made.posterPath].map((path) => basename(path)),
    ];
    await aged(await work.keepPicture('old', Uint8Array.of(1)), 8);
    writeFileSync(join(root, 'sweep', 'half.part'), 'half');
    await aged(join(root, 'sweep', 'half.part'), 1);
    for (const path of [made.path, made.posterPath]) await aged(path, 99);
    renderer('sweep');
    const names = () => readdirSync(join(root, 'sweep')).filter((name) => !name.endsWith('.json'));
    await expect.poll(() => names().sort()).toEqual(kept.sort());
  });
});
