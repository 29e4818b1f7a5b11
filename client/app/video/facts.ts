import { useLingui } from '@lingui/react/macro';
import type { VideoView } from '../../data/video-view.ts';
import { useFormat } from '../i18n/use-format.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** As people who cut films call them. */
const CODECS: Readonly<Record<string, string>> = {
  avc: 'H.264 (AVC)',
  hevc: 'H.265 (HEVC)',
  vp8: 'VP8',
  vp9: 'VP9',
  av1: 'AV1',
};
const PROVIDERS: Readonly<Record<string, string>> = {
  local: 'VidFab',
  wavespeed: 'WaveSpeed',
  fal: 'fal',
  replicate: 'Replicate',
};

/** How a video was made and what came out, with all that it was asked for with. */
export function useFacts(video: VideoView): readonly Fact[] {
  const { t } = useLingui();
  const format = useFormat();
  const { aspectRatio, resolution, seed, negativePrompt, duration, ...others } = video.params;
  const isAsAsked = typeof duration === 'number' && Math.abs(duration * 1000 - (video.durationMs ?? 0)) < 100;
  const seconds = (value: number) => t`${format.number(Math.round(value * 100) / 100)} s`;
  const asked = typeof duration === 'number' ? seconds(duration) : duration;
  const facts: readonly (readonly [string, unknown])[] = [
    [video.origin === 'imported' ? t`Imported on` : t`Made`, format.dateTime(video.createdAt)],
    [t`Model`, video.model],
    [t`Made by`, video.provider === null ? null : (PROVIDERS[video.provider] ?? video.provider)],
    [t`Length asked for`, isAsAsked ? null : asked],
    [t`Length`, video.durationMs === null ? null : seconds(video.durationMs / 1000)],
    [t`Aspect ratio`, aspectRatio],
    [t`Resolution`, resolution],
    [t`Frame`, video.width && video.height ? `${video.width} × ${video.height}` : null],
    [t`Seed`, seed],
    [t`Negative prompt`, negativePrompt],
    ...Object.entries(others).filter(([, value]) => typeof value !== 'object'),
    [t`Size`, video.bytes === null ? null : format.bytes(video.bytes)],
    [t`Codec`, video.codec === null ? null : (CODECS[video.codec] ?? video.codec)],
    [t`SHA-256`, video.sha256],
  ];
  return facts.flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [{ name, value: String(value) }],
  );
}
