import { createCanvas } from '@napi-rs/canvas';
import { createEncoder } from './encode.ts';
import { toFaststart } from './faststart.ts';
import type { FinishedFilm } from './film-store.ts';
import type { RenderJob } from './job.ts';
import { measure } from './measure.ts';
import { createPosterPicker } from './poster.ts';
import { composeScene } from './scene/compose.ts';
import { composePicture } from './scene/picture.ts';

/** Draws and encodes the whole film, synchronously but for its ends. Only inside a worker thread. */
export async function renderFilm(job: RenderJob, onProgress: (progress: number) => void): Promise<FinishedFilm> {
  const { prompt, without, seed, width, height, fps } = job;
  const frames = Math.max(1, Math.round((job.durationMs * fps) / 1000));
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  const options = { prompt, without, seed, width, height, seconds: frames / fps };
  const scene = job.picture === undefined ? composeScene(options) : await composePicture(job.picture, options);
  const encoder = await createEncoder({ width, height, fps });
  const poster = createPosterPicker({ width, height, frames });

  for (let frame = 0; frame < frames; frame += 1) {
    scene.draw(context, frame / fps);
    const pixels = context.getImageData(0, 0, width, height).data;
    encoder.add(pixels);
    poster.look(canvas, pixels, frame);
    onProgress((frame + 1) / frames);
  }

  const mp4 = await toFaststart(encoder.finish());
  const measured = await measure(mp4);
  return { mp4, poster: poster.webp(), details: { ...measured, thumbhash: poster.thumbhash() } };
}
