import type { Context, Moment, Stage } from './stage.ts';

export interface Eye {
  moment(seconds: number): Moment;
  /** Moves the context to what the camera sees at `depth`. */
  look(context: Context, moment: Moment, depth: number): void;
}

/** A slow, steady move: long films travel no farther than short ones. */
export function createEye(stage: Stage): Eye {
  const { width, height, seconds, spec } = stage;
  const reach = Math.min(1, 0.45 + seconds / 10);
  const travel = width * 0.15 * reach;
  const move = {
    'pan-left': { x: -travel, y: 0, from: 1.03, to: 1.03 },
    'pan-right': { x: travel, y: 0, from: 1.03, to: 1.03 },
    'push-in': { x: 0, y: 0, from: 1.01, to: 1.01 + 0.2 * reach },
    'pull-out': { x: 0, y: 0, from: 1.01 + 0.2 * reach, to: 1.01 },
    rise: { x: travel * 0.25, y: -height * 0.075 * reach, from: 1.05, to: 1.05 },
  }[spec.camera];
  const focusX = width / 2;
  const focusY = stage.horizon * 0.96;

  function view(progress: number, depth: number): { readonly x: number; readonly y: number; readonly scale: number } {
    const zoom = move.from + (move.to - move.from) * progress;
    const scale = 1 + (zoom - 1) * (0.2 + 0.8 * depth);
    const breathX = Math.sin(progress * Math.PI * 2) * width * 0.0012 * depth;
    const breathY = Math.cos(progress * Math.PI * 2) * height * 0.0016 * depth;
    const shiftX = -(progress - 0.5) * move.x * (0.04 + 0.96 * depth) + breathX;
    const shiftY = -(progress - 0.5) * move.y * (0.1 + 0.9 * depth) + breathY;
    return { scale, x: focusX * (1 - scale) + shiftX, y: focusY * (1 - scale) + shiftY };
  }

  return {
    moment(at) {
      const progress = at / seconds;
      return {
        seconds: at,
        progress,
        project(depth, x, y) {
          const seen = view(progress, depth);
          return { x: x * seen.scale + seen.x, y: y * seen.scale + seen.y, scale: seen.scale };
        },
      };
    },
    look(context, moment, depth) {
      const seen = view(moment.progress, depth);
      context.setTransform(seen.scale, 0, 0, seen.scale, seen.x, seen.y);
    },
  };
}
