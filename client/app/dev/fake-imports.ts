import * as v from 'valibot';
import { VideoIdSchema } from '../../../sync/ids.ts';
import type { ImportItem, ImportState } from '../services.ts';
import type { Situation } from './situation.ts';

const id = v.parse(VideoIdSchema, '019abe3c-11f0-7aa0-8000-5f3a7c1de001');

const SAMPLES: Readonly<Record<Situation['imports'], readonly (readonly [name: string, state: ImportState])[]>> = {
  none: [],
  running: [
    ['harbour.mp4', { kind: 'imported', id, playable: true }],
    ['IMG_2041 the long walk home along the river in the evening.mov', { kind: 'working', share: 0.43 }],
    ['fair.webm', { kind: 'waiting' }],
  ],
  done: [
    ['harbour.mp4', { kind: 'imported', id, playable: true }],
    ['harbour copy.mp4', { kind: 'duplicate', id, inTrash: false }],
    ['old-camera.mp4', { kind: 'imported', id, playable: false }],
    ['diary.txt', { kind: 'refused', reason: 'not_video' }],
    ['torn.mp4', { kind: 'refused', reason: 'truncated' }],
    ['concert.mov', { kind: 'no_room', needed: 4_200_000_000, free: 310_000_000 }],
    ['VidFab 2026-11-24.zip', { kind: 'library', added: 31, here: 4, without: 1, refused: 0 }],
    ['night.mp4', { kind: 'failed' }],
  ],
  exporting: [
    ['VidFab 2026-11-25.zip', { kind: 'exported', videos: 38, missing: 2, bytes: 912_000_000 }],
    ['A fox among fireflies', { kind: 'not_exported', reason: 'not_stored' }],
    ['VidFab 2026-11-26.zip', { kind: 'exporting', share: 0.27 }],
  ],
};

/** What the tray lists. */
export function fakeImports(kind: Situation['imports']): readonly ImportItem[] {
  return SAMPLES[kind].map(([name, state], key) => ({ key, name, state }));
}
