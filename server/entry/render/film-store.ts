import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import type { RenderedFilm } from './job.ts';

export interface FinishedFilm {
  readonly mp4: Uint8Array;
  readonly poster: Uint8Array;
  readonly details: FilmDetails;
}

export interface FilmStore {
  find(id: string): Promise<RenderedFilm | null>;
  /** Whole or not at all, whenever the process dies: temporary names, the JSON renamed last. */
  save(id: string, film: FinishedFilm): Promise<void>;
  /** Keeps the picture of a film to come. @returns its path */
  keepPicture(name: string, bytes: Uint8Array): Promise<string>;
  /** Removes what killed renders left behind, and pictures that no film was begun with for a week. */
  sweep(): Promise<void>;
}

const filmDetails = v.object({
  width: v.number(),
  height: v.number(),
  durationMs: v.number(),
  thumbhash: v.string(),
});
export type FilmDetails = v.InferOutput<typeof filmDetails>;

const TEMPORARY = '.part';
/** What the provider was given lies beside the films; whoever still wants it gives it again. */
const PICTURE = '.picture';
/** Longer than any job has, so that no film that is still to be made can miss it. */
const LIFETIMES_MS = { [TEMPORARY]: 60 * 60 * 1000, [PICTURE]: 7 * 24 * 60 * 60 * 1000 };

export function createFilmStore(directory: string): FilmStore {
  const root = resolve(directory);
  mkdirSync(root, { recursive: true });

  async function write(name: string, bytes: Uint8Array | string): Promise<void> {
    const temporary = join(root, `${name}.${randomUUID()}${TEMPORARY}`);
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(root, name));
  }

  return {
    async find(id) {
      let text: string;
      try {
        text = await readFile(join(root, `${id}.json`), 'utf8');
      } catch {
        return null;
      }
      return {
        path: join(root, `${id}.mp4`),
        posterPath: join(root, `${id}.webp`),
        ...v.parse(filmDetails, JSON.parse(text)),
      };
    },

    async save(id, film) {
      await write(`${id}.mp4`, film.mp4);
      await write(`${id}.webp`, film.poster);
      await write(`${id}.json`, JSON.stringify(film.details));
    },

    async keepPicture(name, bytes) {
      await write(`${name}${PICTURE}`, bytes);
      return join(root, `${name}${PICTURE}`);
    },

    async sweep() {
      for (const name of await readdir(root)) {
        const lifetime = Object.entries(LIFETIMES_MS).find(([ending]) => name.endsWith(ending))?.[1];
        if (lifetime === undefined) continue;
        const path = join(root, name);
        // Another process may be writing it this moment: only old ones are surely dead.
        const age = await stat(path).then(
          (entry) => Date.now() - entry.mtimeMs,
          () => 0,
        );
        if (age > lifetime) await rm(path, { force: true });
      }
    },
  };
}
