// `node scripts/demo.mjs`: every screen with a made-up library and no server, to look at and work on.
// sessionStorage.demo chooses the situation; see client/app/dev/demo.tsx.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import { createCanvas } from '@napi-rs/canvas';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { rgbaToThumbHash } from 'thumbhash';
import { createServer } from 'vite';
import { renderFilm } from '../server/entry/render/render-film.ts';
import { composeScene } from '../server/entry/render/scene/compose.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const cache = join(root, 'node_modules/.cache/vidfab-demo');
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
];

const films = await prepare();
const server = await createServer({
  configFile: false,
  root: join(root, 'client'),
  cacheDir: join(cache, 'vite'),
  plugins: [react(), lingui(), babel({ presets: [linguiTransformerBabelPreset()] }), { name: 'demo', configureServer }],
  server: { port: Number(process.env.PORT ?? 5199), strictPort: true, hmr: false },
});
await server.listen();
server.printUrls();

function configureServer({ middlewares }) {
  middlewares.use((request, response, next) => {
    const { pathname } = new URL(request.url ?? '/', 'http://demo');
    const media = /^\/media\/([0-9a-f-]{36})(\/poster)?$/.exec(pathname);
    if (pathname === '/demo/films.json') return response.end(JSON.stringify(films));
    if (media) {
      const film = Number.parseInt(media[1].slice(-4), 16) % films.length;
      response.setHeader('content-type', media[2] ? 'image/webp' : 'video/mp4');
      return response.end(readFileSync(join(cache, media[2] ? `${film}.webp` : 'film.mp4')));
    }
    if (pathname === '/design') request.url = '/app/dev/design/design.html';
    else if (request.headers.accept?.includes('text/html')) request.url = '/app/dev/demo.html';
    next();
  });
}

/** Posters of all prompts and one film, drawn once. */
async function prepare() {
  const index = join(cache, 'films.json');
  if (existsSync(index)) return JSON.parse(readFileSync(index, 'utf8'));
  mkdirSync(cache, { recursive: true });
  const drawn = PROMPTS.map((prompt, at) => {
    const [width, height] = SHAPES[at % SHAPES.length];
    const canvas = createCanvas(width, height);
    composeScene({ prompt, seed: at + 3, width, height, seconds: 5 }).draw(canvas.getContext('2d'), 2.2);
    writeFileSync(join(cache, `${at}.webp`), canvas.encodeSync('webp', 84));
    return { prompt, width, height, thumbhash: hash(canvas) };
  });
  const job = { id: 'demo', prompt: PROMPTS[0], seed: 3, width: 640, height: 360, durationMs: 5000, fps: 24 };
  writeFileSync(join(cache, 'film.mp4'), (await renderFilm(job, () => undefined)).mp4);
  writeFileSync(index, JSON.stringify(drawn));
  return drawn;
}

function hash(canvas) {
  const scale = 90 / Math.max(canvas.width, canvas.height);
  const small = createCanvas(Math.round(canvas.width * scale), Math.round(canvas.height * scale));
  const context = small.getContext('2d');
  context.drawImage(canvas, 0, 0, small.width, small.height);
  const { data } = context.getImageData(0, 0, small.width, small.height);
  return Buffer.from(rgbaToThumbHash(small.width, small.height, data)).toString('base64');
}
