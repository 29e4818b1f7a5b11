import { useLingui } from '@lingui/react/macro';
import type { VideoView } from '../data/queries.ts';
import { useFormat } from './i18n/use-format.ts';
import { useServices } from './services.ts';
import { useObservable } from './use-observable.ts';
import { standingWords } from './words.ts';

/** Why a video stands where it does and how its upload goes, in a sentence. */
export function useStanding(video: VideoView): string {
  const { i18n } = useLingui();
  const format = useFormat();
  const online = useObservable(useServices().online);
  const percent = format.percent(video.upload.kind === 'sending' ? video.upload.share : 0);
  return i18n._(standingWords(video, { online, percent }));
}
