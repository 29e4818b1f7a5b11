import type { Colour } from './colour.ts';
import { css, mix } from './colour.ts';
import type { Skyline } from './land.ts';
import type { Layer, Stage } from './stage.ts';

/** Blades that sway, with flowers among them, along the near edge of the picture. */
export function grass(
  stage: Stage,
  field: {
    readonly depth: number;
    readonly line: Skyline;
    readonly spread: number;
    readonly count: number;
    readonly tall: number;
    readonly colours: readonly [Colour, ...Colour[]];
    readonly flowers: readonly Colour[];
  },
): Layer {
  const { width, unit, marginX } = stage;
  const random = stage.random(`grass${field.depth}`);
  const wind = stage.spec.weather.includes('storm') || stage.spec.weather.includes('dust') ? 1.2 : 0.8;
  const blades = Array.from({ length: Math.round(field.count * Math.max(0.5, width / unit / 1.7)) }, () => {
    const x = random.between(-marginX, width + marginX);
    const near = random.next();
    return {
      x,
      y: field.line(x) + near * field.spread + unit * 0.02,
      tall: unit * field.tall * random.between(0.45, 1.2),
      lean: random.between(-0.3, 0.3),
      group: random.whole(0, field.colours.length - 1),
      flower:
        field.flowers.length > 0 && random.chance(0.2)
          ? field.flowers[random.whole(0, field.flowers.length - 1)]
          : undefined,
    };
  });
  const bend = (x: number, seconds: number) =>
    (Math.sin(seconds * 1.7 + x * 0.011) + 0.5 * Math.sin(seconds * 2.9 + x * 0.031)) * 0.13 * wind;
  return {
    depth: field.depth,
    draw(context, moment) {
      context.lineCap = 'round';
      field.colours.forEach((colour, group) => {
        context.fillStyle = css(colour);
        context.beginPath();
        for (const blade of blades) {
          if (blade.group !== group) continue;
          const tip = blade.x + (blade.lean + bend(blade.x, moment.seconds)) * blade.tall;
          const half = blade.tall * 0.032;
          context.moveTo(blade.x - half, blade.y);
          context.quadraticCurveTo(blade.x - half, blade.y - blade.tall * 0.55, tip, blade.y - blade.tall);
          context.quadraticCurveTo(blade.x + half, blade.y - blade.tall * 0.5, blade.x + half, blade.y);
        }
        context.fill();
      });
      for (const blade of blades) {
        if (blade.flower === undefined) continue;
        const tip = blade.x + (blade.lean + bend(blade.x, moment.seconds)) * blade.tall;
        const size = blade.tall * 0.1;
        context.fillStyle = css(blade.flower);
        context.beginPath();
        for (let petal = 0; petal < 5; petal += 1) {
          const angle = (petal / 5) * Math.PI * 2 + blade.lean * 4;
          const [x, y] = [tip + Math.cos(angle) * size * 0.62, blade.y - blade.tall + Math.sin(angle) * size * 0.5];
          context.moveTo(x + size * 0.52, y);
          context.arc(x, y, size * 0.52, 0, Math.PI * 2);
        }
        context.fill();
        context.fillStyle = css(mix(blade.flower, [0.85, 0.02, 0.15], 0.7));
        context.beginPath();
        context.arc(tip, blade.y - blade.tall, size * 0.32, 0, Math.PI * 2);
        context.fill();
      }
    },
  };
}
