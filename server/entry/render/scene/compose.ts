import { createCanvas } from '@napi-rs/canvas';
import { createEye } from './camera.ts';
import { createFinish } from './finish.ts';
import { leaveOut } from './leave-out.ts';
import { buildPlace } from './places/index.ts';
import { hashText } from './random.ts';
import type { Context, Layer } from './stage.ts';
import { createStage } from './stage.ts';
import { subjectLayers } from './subjects/index.ts';
import { createTitle } from './title.ts';
import { weatherLayers } from './weather.ts';
import { readScene } from './words.ts';

export interface Scene {
  /** Paints the whole frame at `seconds` from the start. */
  draw(context: Context, seconds: number): void;
}

export interface SceneOptions {
  readonly prompt: string;
  /** What should not be seen. */
  readonly without?: string | undefined;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
}

export function composeScene(options: SceneOptions): Scene {
  const { width, height, seconds } = options;
  const spec = leaveOut(readScene(options.prompt, options.seed), options.without ?? '');
  const stage = createStage({
    spec,
    seed: (hashText(options.prompt) ^ Math.imul(options.seed | 0, 0x85ebca6b)) >>> 0,
    width,
    height,
    seconds,
  });
  const place = buildPlace(stage);
  const layers: readonly Layer[] = [
    ...place.layers,
    ...subjectLayers(stage, place.stands),
    ...weatherLayers(stage),
  ].sort((one, other) => one.depth - other.depth);
  const eye = createEye(stage);
  const finish = createFinish(stage);
  const title = createTitle(stage);
  const dissolve = Math.min(0.5, seconds * 0.16);
  const second = createCanvas(width, height);

  function paint(context: Context, at: number): void {
    const moment = eye.moment(at);
    for (const layer of layers) {
      eye.look(context, moment, layer.depth);
      layer.draw(context, moment);
    }
    finish.apply(context, moment);
  }

  return {
    draw(context, at) {
      paint(context, at);
      // The end melts into what came just before the beginning: played in a loop, there is no cut.
      const left = seconds - at;
      if (left < dissolve) {
        paint(second.getContext('2d'), at - seconds);
        context.globalAlpha = 1 - left / dissolve;
        context.drawImage(second, 0, 0);
        context.globalAlpha = 1;
      }
      title.draw(context, at / seconds);
    },
  };
}
