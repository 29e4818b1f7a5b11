import type { UserId, VideoId } from '../../sync/ids.ts';
import type { UserDatabase } from '../data/database.ts';
import { createMediaTables } from '../data/media-tables.ts';
import { createSourceTables } from '../data/source-tables.ts';
import { createUploadTables } from '../data/upload-tables.ts';
import { wishUpload } from '../data/wish-upload.ts';
import { type BrowserPorts, browserPorts } from './browser-ports.ts';
import { inTurn, type Turn } from './in-turn.ts';
import type { PassEnd } from './pass.ts';
import { createPassLoop, type LoopEnd, type PassLoop } from './pass-loop.ts';
import { createDueUploader, type DueUploader, type UploadWatch } from './upload-due.ts';

/** Sends bytes that only this device has for as long as a page is open. */
export interface MediaUploader extends PassLoop {
  /** A person wants a video sent now, whatever was in the way; false where its bytes are not here. */
  readonly send: (id: VideoId) => Promise<boolean>;
}

export interface UploaderDeps extends UploadTurn {
  readonly db: UserDatabase;
  readonly signal: AbortSignal;
  readonly onEnd?: (end: LoopEnd) => void;
  readonly ports?: BrowserPorts;
}

export function createMediaUploader({
  db,
  signal,
  onEnd,
  ports = browserPorts(),
  ...turn
}: UploaderDeps): MediaUploader {
  const uploader = dueUploader(db, ports);
  const loop = createPassLoop({
    ports,
    signal,
    pass: (attempt) => uploadInTurn(uploader, turn, attempt),
    ...(onEnd && { onEnd }),
  });
  return {
    ...loop,
    restart: () => {
      uploader.forgive();
      loop.restart();
    },
    send: async (id) => {
      if (!(await wishUpload(db, id))) return false;
      uploader.forgive();
      loop.wish();
      return true;
    },
  };
}

/** What a context needs to be the one of this browser that uploads. */
export interface UploadTurn extends Turn, Pick<UploadWatch, 'onDue'> {
  readonly user: UserId;
}

export function dueUploader(db: UserDatabase, ports: BrowserPorts): DueUploader {
  return createDueUploader({
    ...ports,
    media: createMediaTables(db),
    sources: createSourceTables(db),
    uploads: createUploadTables(db, Date.now, ports.network),
  });
}

export function uploadInTurn(
  uploader: DueUploader,
  { onDue, ...turn }: UploadTurn,
  signal: AbortSignal,
): Promise<PassEnd> {
  return inTurn({ ...turn, kind: 'upload', signal }, (hold) =>
    uploader.run({ signal: hold.signal, onStep: hold.touch, ...(onDue && { onDue }) }),
  );
}
