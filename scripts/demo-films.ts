import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import { rgbaToThumbHash } from 'thumbhash';
import { renderFilm } from '../server/entry/render/render-film.ts';
import { composeScene } from '../server/entry/render/scene/compose.ts';

export const cache = join(import.meta.dirname, '../node_modules/.cache/vidfab-demo');
const PROMPTS = [
  'A lighthouse in a storm, waves breaking over the rocks, blue hour',
  'Whales under the northern lights, slow and quiet',
  'A red train crossing a snowy valley at dawn, seen from above',
  'A hot-air balloon over the desert at dusk, long shadows',
  'A neon city street in the rain at night, reflections on the asphalt',
  'A fox among fireflies in a pine forest',
  'Cherry blossom petals over a quiet lake in the morning',
  'Sailing boat on a calm sea under a full moon',
  'Mountains above a sea of clouds at sunrise',
  'A field of sunflowers under a summer sky, gentle wind',
  'An astronaut walking on a red planet, two moons',
  'Horses running along a beach at golden hour',
];
const SHAPES = [
  [640, 360],
  [640, 360],
  [360, 640],
  [640, 360],
  [480, 480],
] as const;

type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Posters of all prompts and one film, drawn once; answers what asks for them and says whether it did. */
export async function prepareFilms(): Promise<Answer> {
  const films = await draw();
  return ({ url }, response) => {
    const { pathname } = new URL(url ?? '/', 'http://demo');
    const [media, id = '', poster] = /^\/media\/([0-9a-f-]{36})(\/poster)?$/.exec(pathname) ?? [];
    if (pathname === '/demo/films.json') response.end(JSON.stringify(films));
    else if (media) {
      response.setHeader('content-type', poster ? 'image/webp' : 'video/mp4');
      const film = Number.parseInt(id.slice(-4), 16) % films.length;
      response.end(readFileSync(join(cache, poster ? `${film}.webp` : 'film.mp4')));
    } else return false;
    return true;
  };
}

async function draw(): Promise<readonly unknown[]> {
  const index = join(cache, 'films.json');
  if (existsSync(index)) return JSON.parse(readFileSync(index, 'utf8'));
  mkdirSync(cache, { recursive: true });
  const drawn = PROMPTS.map((prompt, at) => {
    const [width, height] = SHAPES[at % SHAPES.length] ?? SHAPES[0];
    const canvas = createCanvas(width, height);
    composeScene({ prompt, seed: at + 3, width, height, seconds: 5 }).draw(canvas.getContext('2d'), 2.2);
    writeFileSync(join(cache, `${at}.webp`), canvas.encodeSync('webp', 84));
    return { prompt, width, height, thumbhash: hash(canvas) };
  });
  const job = { id: 'demo', prompt: PROMPTS[0] ?? '', seed: 3, width: 640, height: 360, durationMs: 5000, fps: 24 };
  writeFileSync(join(cache, 'film.mp4'), (await renderFilm(job, () => undefined)).mp4);
  writeFileSync(index, JSON.stringify(drawn));
  return drawn;
}

function hash(canvas: Canvas): string {
  const scale = 90 / Math.max(canvas.width, canvas.height);
  const small = createCanvas(Math.round(canvas.width * scale), Math.round(canvas.height * scale));
  const context = small.getContext('2d');
  context.drawImage(canvas, 0, 0, small.width, small.height);
  const { data } = context.getImageData(0, 0, small.width, small.height);
  return Buffer.from(rgbaToThumbHash(small.width, small.height, data)).toString('base64');
}
