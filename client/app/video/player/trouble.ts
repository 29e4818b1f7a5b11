import type { VideoView } from '../../../data/video-view.ts';

/** Why a film does not play. */
export type Trouble =
  /** The bytes are there; this browser has no decoder for them. */
  | { readonly kind: 'codec' }
  /** No network, and not on this device, or only the first `received` bytes of it. */
  | { readonly kind: 'offline'; readonly part: { readonly received: number; readonly total: number } | null }
  /** On its way to the server, from a provider or from another device. */
  | { readonly kind: 'coming' }
  /** The server has none and gets none by itself. */
  | { readonly kind: 'lost' }
  /** The server has it and did not send it. */
  | { readonly kind: 'unreached' };

export function troubleOf(
  { copy, cause }: Pick<VideoView, 'copy' | 'cause'>,
  seen: { readonly online: boolean; readonly canDecode: boolean },
): Trouble {
  if (copy.kind === 'kept' || !seen.canDecode) return { kind: 'codec' };
  if (!seen.online) {
    const isPart = copy.kind === 'partial' && copy.received > 0;
    return { kind: 'offline', part: isPart ? { received: copy.received, total: copy.total } : null };
  }
  switch (cause.kind) {
    case 'rejected':
    case 'not_stored':
    case 'bytes_refused':
      return { kind: 'lost' };
    case 'not_sent':
    case 'not_offered':
    case 'storing':
      return { kind: 'coming' };
    default:
      return { kind: 'unreached' };
  }
}
