import { useLingui } from '@lingui/react/macro';
import { isHeld, type Traffic } from '../data/network.ts';
import type { UploadView, VideoView } from '../data/video-view.ts';
import { useFormat } from './i18n/use-format.ts';
import { useServices } from './services.ts';
import { useObservable } from './use-observable.ts';
import { standingWords } from './words.ts';

/** Why a video stands where it does and how its upload goes, in a sentence. */
export function useStanding(video: VideoView): string {
  const { i18n } = useLingui();
  const format = useFormat();
  const { online: onlineNow, traffic: trafficNow } = useServices();
  const online = useObservable(onlineNow);
  const putOff = putOffBy(video.upload, useObservable(trafficNow));
  const size = format.bytes(putOff?.rest ?? 0);
  const percent = format.percent(video.upload.kind === 'sending' ? video.upload.share : 0);
  return i18n._(standingWords(video, { online, percent, putOff: putOff && { by: putOff.by, size } }));
}

/** What an upload waits for though it could go on: the browser saves data, or the person wants Wi-Fi for it. */
export function putOffBy(
  upload: UploadView,
  traffic: Traffic,
): { readonly by: 'data' | 'wifi'; readonly rest: number } | null {
  if (upload.kind !== 'due' && upload.kind !== 'sending') return null;
  if (upload.wished || !isHeld(upload.rest, traffic)) return null;
  return { by: traffic.saveData ? 'data' : 'wifi', rest: upload.rest };
}
