import { fileURLToPath } from 'node:url';
import { GlobalFonts } from '@napi-rs/canvas';
import { smoothstep } from './noise.ts';
import type { Context, Stage } from './stage.ts';
import { scratch } from './stage.ts';

export interface Title {
  /** Over the finished frame; comes and goes with `progress` 0..1. */
  draw(context: Context, progress: number): void;
}

const FAMILY = 'VidFab Inter';
const SUBSETS = ['latin', 'latin-ext', 'cyrillic', 'greek', 'vietnamese'];

export function createTitle(
  stage: Pick<Stage, 'width' | 'height' | 'unit'> & { readonly spec: Pick<Stage['spec'], 'title'> },
): Title {
  const { width, height, unit, spec } = stage;
  if (spec.title === '' || !hasGlyphs(spec.title)) return { draw: () => undefined };

  const line = scratch(width, unit * 0.3);
  const context = line.context;
  let size = unit * 0.04;
  context.font = `500 ${size}px "${FAMILY}", sans-serif`;
  const room = width * 0.84;
  const measured = context.measureText(spec.title).width;
  if (measured > room) size = Math.max(unit * 0.025, (size * room) / measured);
  context.font = `500 ${size}px "${FAMILY}", sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const text = shortened(context, spec.title, room);
  const middle = line.canvas.height / 2;
  context.shadowColor = 'rgba(0,0,0,0.7)';
  context.shadowBlur = size * 0.7;
  context.fillStyle = 'rgba(255,255,255,0.94)';
  context.fillText(text, width / 2, middle);

  return {
    draw(target, progress) {
      const shown = smoothstep(0.06, 0.2, progress) * (1 - smoothstep(0.66, 0.8, progress));
      if (shown <= 0) return;
      target.globalAlpha = shown;
      target.drawImage(line.canvas, 0, Math.round(height * 0.905 - middle));
      target.globalAlpha = 1;
    },
  };
}

/** Cuts whole letters off the end until the line fits. */
function shortened(context: Context, text: string, room: number): string {
  let letters = [...text];
  while (letters.length > 8 && context.measureText(`${letters.join('')}…`).width > room) letters = letters.slice(0, -1);
  return letters.length === [...text].length || context.measureText(text).width <= room
    ? text
    : `${letters.join('').trimEnd()}…`;
}

function registerInter(): void {
  if (GlobalFonts.has(FAMILY)) return;
  for (const subset of SUBSETS)
    GlobalFonts.registerFromPath(
      fileURLToPath(import.meta.resolve(`@fontsource/inter/files/inter-${subset}-500-normal.woff2`)),
      FAMILY,
    );
}

/** A font that lacks a letter draws the same box for it as for a letter that no font has. */
export function hasGlyphs(text: string): boolean {
  registerInter();
  const missing = print('\u{10FFFE}');
  return [...new Set(text)].every((letter) => letter.trim() === '' || print(letter) !== missing);
}

function print(letter: string): string {
  const { canvas, context } = scratch(28, 28);
  context.font = `500 18px "${FAMILY}", sans-serif`;
  context.fillText(letter, 4, 20);
  return canvas.data().toString('base64');
}
