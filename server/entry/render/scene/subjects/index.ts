import { glow } from '../backdrop.ts';
import { css, mix } from '../colour.ts';
import type { Medium, PlaceScene, Stand } from '../places/place.ts';
import type { Subject } from '../spec.ts';
import type { Context, Layer, Moment, Stage } from '../stage.ts';
import { cat, deer, dog, elephant, horse, rider, wolf } from './animals.ts';
import { castle, house, lighthouse, pagoda, windmill } from './buildings.ts';
import { balloon, birds, butterflies, dragon, eagle, plane, rocket } from './flyers.ts';
import { campfire, lantern, palm, treeKind } from './nature.ts';
import { astronaut, child, couple, dancer, person, robot } from './people.ts';
import type { Look, SubjectKind } from './subject.ts';
import { fish, jellyfish, turtle, whale } from './swimmers.ts';
import { bicycle, boat, car, ship, train } from './vehicles.ts';

export function subjectLayers(stage: Stage, stands: PlaceScene['stands']): readonly Layer[] {
  const kinds: Readonly<Record<Subject, SubjectKind>> = {
    person,
    couple,
    child,
    dancer,
    astronaut,
    robot,
    rider,
    horse,
    wolf,
    dog,
    cat,
    deer,
    elephant,
    birds,
    eagle,
    dragon,
    butterflies,
    whale,
    fish,
    jellyfish,
    turtle,
    boat,
    ship,
    train,
    car,
    bicycle,
    balloon,
    rocket,
    plane,
    lighthouse,
    house,
    castle,
    pagoda,
    windmill,
    tree: treeKind(),
    palm,
    campfire,
    lantern,
  };
  const taken = new Map<Medium, number>();
  return stage.spec.subjects.flatMap((subject) => {
    const kind = kinds[subject];
    const medium = kind.media.find((candidate) => stands[candidate] !== null);
    const stand = medium === undefined ? null : stands[medium];
    if (medium === undefined || stand === null) return [];
    // Two on one spot stand side by side.
    const before = taken.get(medium) ?? 0;
    taken.set(medium, before + 1);
    return [
      subjectLayer(stage, {
        subject,
        kind,
        medium,
        stand: {
          ...stand,
          x: stand.x + before * stage.unit * (stand.x > stage.width / 2 ? -0.24 : 0.24),
          depth: stand.depth + before * 0.001,
        },
      }),
    ];
  });
}

function subjectLayer(
  stage: Stage,
  placed: { readonly subject: Subject; readonly kind: SubjectKind; readonly medium: Medium; readonly stand: Stand },
): Layer {
  const { subject, kind, medium, stand } = placed;
  const { palette, unit } = stage;
  const size = unit * kind.size * stand.scale;
  const scale = size / 100;
  const distance = medium === 'ground' ? 0.04 : medium === 'water' ? 0.12 : 0.2;
  const ink = mix(palette.shadow, palette.haze, distance);
  // Everything that moves goes towards the open side of the picture.
  const facing = stand.x > stage.width * 0.52 ? -1 : 1;
  const towardsLight = stage.lamp.x > stand.x ? 1 : -1;
  const wet = (stage.spec.place === 'city' && medium === 'ground') || medium === 'water';

  function paint(context: Context, moment: Moment, rim: boolean): void {
    const rimColour = mix(palette.glow, palette.disc, 0.35);
    const look: Look = {
      context,
      stage,
      seconds: moment.seconds,
      rim,
      ink,
      random: stage.random(`subject-${subject}`),
      tone: (colour, alpha = 1) => css(rim ? rimColour : colour, alpha),
      glow(x, y, radius, colour, alpha) {
        if (rim || alpha <= 0) return;
        context.globalCompositeOperation = 'screen';
        glow(context, { x, y, radius, colour, alpha });
        context.globalCompositeOperation = 'source-over';
      },
    };
    kind.draw(look);
  }

  return {
    depth: stand.depth,
    draw(context, moment) {
      // A walk is centred on the stand: half before it, half after.
      const x =
        stand.x +
        facing * kind.speed * size * 0.62 * (moment.seconds - stage.seconds * 0.5) * Math.min(1, 4 / stage.seconds);
      const passes: readonly { readonly rim: boolean; readonly mirrored: boolean }[] = [
        ...(wet ? [{ rim: false, mirrored: true }] : []),
        { rim: true, mirrored: false },
        { rim: false, mirrored: false },
      ];
      for (const pass of passes) {
        context.save();
        context.translate(
          x + (pass.rim ? towardsLight * Math.max(0.6, size * 0.011) : 0),
          stand.y - (pass.rim ? Math.max(0.4, size * 0.006) : 0),
        );
        context.scale(scale * facing, pass.mirrored ? -scale * 0.72 : scale);
        if (pass.mirrored) {
          context.globalAlpha = 0.3;
          context.transform(1, 0, Math.sin(moment.seconds * 2) * 0.03, 1, 0, medium === 'water' ? -6 : 0);
        }
        if (pass.rim) context.globalAlpha = 0.75;
        paint(context, moment, pass.rim);
        context.restore();
      }
    },
  };
}
