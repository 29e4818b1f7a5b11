import type { UserId } from '../../sync/ids.ts';
import type { ImportState, Pictures, PictureTrouble } from '../app/services.ts';
import type { Inbox } from '../data/inbox.ts';
import { isOffered, noteOffered } from './offered-pictures.ts';
import type { Transfers } from './transfers.ts';

/** Pictures that other apps shared: each lies in the inbox until the form has it, or a person discards it. */
export interface SharedPictures {
  /** Leads to the form with the first that was never offered; the others stand in the list. One tab at a time. */
  readonly offer: (found: readonly SharedPicture[]) => Promise<void>;
  readonly use: (key: number) => void;
  readonly discard: (key: number) => void;
}

export interface SharedPicture {
  readonly seq: number;
  readonly name: string;
}

/** What may be otherwise the next time: with other room, or another storage. */
const PASSING: ReadonlySet<PictureTrouble> = new Set(['no_room', 'trouble']);

export function createSharedPictures(deps: {
  readonly user: UserId;
  readonly inbox: Inbox;
  readonly pictures: Pick<Pictures, 'give'>;
  readonly transfers: Transfers;
  readonly signal: AbortSignal;
}): SharedPictures {
  const { user, inbox, pictures, transfers, signal } = deps;
  const listed = new Map<number, SharedPicture>();

  const list = (picture: SharedPicture, problem: Extract<ImportState, { kind: 'picture' }>['problem']) => {
    if (!signal.aborted) listed.set(transfers.list(picture.name, { kind: 'picture', problem }), picture);
  };
  const unlist = (key: number): SharedPicture | undefined => {
    const picture = listed.get(key);
    listed.delete(key);
    transfers.remove([key]);
    return picture;
  };

  /** Off the inbox only once the form has it, or nobody ever could. */
  const give = async (picture: SharedPicture): Promise<void> => {
    const { data } = (await inbox.get(picture.seq)) ?? {};
    if (!data) return list(picture, 'elsewhere');
    const end = await pictures.give(data);
    if (end.kind === 'refused') list(picture, end.problem);
    if (end.kind === 'superseded') list(picture, null);
    if (end.kind === 'used' || (end.kind === 'refused' && !PASSING.has(end.problem))) await inbox.remove(picture.seq);
  };

  /** In the hands of one tab: another one may show the same list. */
  const take = (picture: SharedPicture): Promise<void> =>
    inHand(picture, async (isMine) => {
      if (!isMine) return list(picture, 'elsewhere');
      await Promise.race([give(picture), aborted(signal)]);
    }).catch(() => list(picture, 'trouble'));

  const begin = (picture: SharedPicture): void => {
    void take(picture);
    // The router hears of it like of any other move; a form that is open already is where it belongs.
    if (location.pathname !== '/create') history.pushState(null, '', '/create');
  };

  return {
    offer: async (found) => {
      const first = found.find(({ seq }) => !isOffered(user, seq));
      for (const picture of found) {
        if (picture !== first && !(await inHand(picture, async (isMine) => !isMine))) list(picture, null);
      }
      if (!first) return;
      // Once: it must not stand in the way of every start.
      noteOffered(user, Math.max(...found.map(({ seq }) => seq)));
      begin(first);
    },
    use: (key) => {
      const picture = unlist(key);
      if (picture) begin(picture);
    },
    discard: (key) => {
      const picture = unlist(key);
      if (picture) void inbox.remove(picture.seq).catch(() => list(picture, 'trouble'));
    },
  };
}

/** Whoever has it in hand holds it until the work is done; `isMine` is false where another tab does. */
function inHand<T>({ seq }: SharedPicture, work: (isMine: boolean) => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work(true);
  return navigator.locks.request(`vidfab-picture-${seq}`, { ifAvailable: true }, (lock) => work(lock !== null));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
