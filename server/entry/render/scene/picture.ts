import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Scene, SceneOptions } from './compose.ts';
import { smoothstep } from './noise.ts';
import { createRandom } from './random.ts';
import type { Context } from './stage.ts';
import { createTitle } from './title.ts';
import { readScene } from './words.ts';

/** How much nearer the camera is at the one end than at the other. */
const NEARER = 0.22;

/**
 * A picture through which the camera goes slowly: nearer or away, to a side that the seed chooses. The
 * prompt stands below.
 * @param path of the picture
 */
export async function composePicture(path: string, options: SceneOptions): Promise<Scene> {
  const { width, height, seconds, seed, prompt } = options;
  const still = await covering(path, Math.ceil(width * (1 + NEARER)), Math.ceil(height * (1 + NEARER)));
  const random = createRandom(seed, 'picture');
  const isInward = random.chance(0.6);
  const angle = random.between(0, 2 * Math.PI);
  const title = createTitle({ width, height, unit: Math.min(height, width * 1.12), spec: readScene(prompt, seed) });

  return {
    draw(context: Context, at: number) {
      const progress = Math.min(1, Math.max(0, at / seconds));
      const eased = 0.25 * smoothstep(0, 1, progress) + 0.75 * progress;
      const near = isInward ? eased : 1 - eased;
      // What is seen of the still, which it never leaves.
      const [seenX, seenY] = [still.width / (1 + NEARER * near), still.height / (1 + NEARER * near)];
      const aside = Math.sin(Math.PI * (eased - 0.5)) * 0.5;
      const x = (still.width - seenX) * (0.5 + aside * Math.cos(angle));
      const y = (still.height - seenY) * (0.5 + aside * Math.sin(angle));
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = 'high';
      context.drawImage(still, x, y, seenX, seenY, 0, 0, width, height);
      title.draw(context, at / seconds);
    },
  };
}

/** The middle of a picture in a size of its own, so that a large one is held only as long as it is read. */
async function covering(path: string, width: number, height: number) {
  const picture = await loadImage(path);
  const scale = Math.max(width / picture.width, height / picture.height);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  const [w, h] = [picture.width * scale, picture.height * scale];
  context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
  return canvas;
}
