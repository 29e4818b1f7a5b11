// `node scripts/screenshots.ts`: takes the pictures of the manifest anew, which a browser shows where it offers to install.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { SCREENSHOTS } from '../client/app/manifest.ts';
import { createCamera } from './camera.ts';
import { shootReal } from './shots-real.ts';

const QUALITY = 80;

const taken = mkdtempSync(join(tmpdir(), 'vidfab-screenshots-'));
const folder = join(import.meta.dirname, '../client/public/screenshots');
await shootReal(createCamera(taken, [390, 1440]));
mkdirSync(folder, { recursive: true });
for (const { name, width } of SCREENSHOTS) {
  const picture = await loadImage(join(taken, `${name}-${width}-dark.png`));
  const canvas = createCanvas(picture.width, picture.height);
  canvas.getContext('2d').drawImage(picture, 0, 0);
  writeFileSync(join(folder, `${name}-${width}.webp`), canvas.toBuffer('image/webp', QUALITY));
}
rmSync(taken, { recursive: true });
