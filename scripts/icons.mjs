// `node scripts/icons.mjs`: draws the PNG icons of the app from its one SVG mark.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCanvas, loadImage } from '@napi-rs/canvas';

const AMBER = '#ffb454';
const NIGHT = '#0c0d0f';
const root = fileURLToPath(new URL('../client/public/', import.meta.url));
const mark = readFileSync(`${root}favicon.svg`, 'utf8');
const glyph = mark.replace(/<rect[^>]*>/, '');

await draw('icon-192', 192, { picture: mark });
await draw('icon-512', 512, { picture: mark });
// Launchers crop a maskable icon to a circle of 80 % at the smallest, iOS rounds it itself.
await draw('maskable-512', 512, { picture: glyph, background: AMBER, scale: 0.78 });
await draw('apple-touch-icon', 180, { picture: glyph, background: AMBER, scale: 0.9 });
await draw('shortcut-create-96', 96, shortcut('M12 5v14M5 12h14'));
await draw('shortcut-assets-96', 96, shortcut('M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z'));
await draw('shortcut-activity-96', 96, shortcut('M3 12h4l2.5-7 5 14L17 12h4'));

function shortcut(path) {
  const stroke = `fill="none" stroke="${AMBER}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"`;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="${path}" ${stroke}/></svg>`;
  return { picture, background: NIGHT, scale: 0.56 };
}

async function draw(name, size, { picture, background, scale = 1 }) {
  const canvas = createCanvas(size, size);
  const context = canvas.getContext('2d');
  if (background) {
    context.fillStyle = background;
    context.fillRect(0, 0, size, size);
  }
  const side = Math.round(size * scale);
  // A vector image is drawn at the size that it names for itself.
  const sized = picture.replace('<svg ', `<svg width="${side}" height="${side}" `);
  context.drawImage(await loadImage(Buffer.from(sized)), (size - side) / 2, (size - side) / 2, side, side);
  writeFileSync(`${root}icons/${name}.png`, canvas.toBuffer('image/png'));
}
