import type { Place } from '../spec.ts';
import type { Stage } from '../stage.ts';
import { beach } from './beach.ts';
import { city } from './city.ts';
import { clouds } from './clouds.ts';
import { desert } from './desert.ts';
import { forest } from './forest.ts';
import { meadow } from './meadow.ts';
import { mountains } from './mountains.ts';
import type { PlaceScene } from './place.ts';
import { river } from './river.ts';
import { road } from './road.ts';
import { room } from './room.ts';
import { sea } from './sea.ts';
import { snow } from './snow.ts';
import { space } from './space.ts';
import { underwater } from './underwater.ts';

const builders: Readonly<Record<Place, (stage: Stage) => PlaceScene>> = {
  beach,
  city,
  clouds,
  desert,
  forest,
  meadow,
  mountains,
  river,
  road,
  room,
  sea,
  snow,
  space,
  underwater,
};

export function buildPlace(stage: Stage): PlaceScene {
  return builders[stage.spec.place](stage);
}
