// `node scripts/reel.mjs`: draws the frames beside the sign-in form with the built-in renderer.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCanvas } from '@napi-rs/canvas';
import { composeScene } from '../server/entry/render/scene/compose.ts';

const FRAMES = [
  ['lighthouse', 'A lighthouse in a storm, blue hour', 3],
  ['balloon', 'A hot-air balloon over the desert at dusk', 6],
  ['whale', 'Whales under the sea', 4],
  ['fox', 'A fox among fireflies in a pine forest', 8],
  ['city', 'A neon city street in the rain at night', 7],
  ['train', 'A red train crossing a snowy valley at dawn', 5],
];
const [width, height] = [640, 480];
/** The renderer writes a title near the foot of the picture; here it is cut off. */
const SHOWN = 0.8;

const folder = fileURLToPath(new URL('../client/app/account/reel/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, prompt, seed] of FRAMES) {
  const canvas = createCanvas(width, height);
  composeScene({ prompt, seed, width, height, seconds: 5 }).draw(canvas.getContext('2d'), 2.2);
  const cut = createCanvas(width, height * SHOWN);
  cut.getContext('2d').drawImage(canvas, 0, 0);
  writeFileSync(`${folder}${name}.webp`, cut.encodeSync('webp', 72));
}
