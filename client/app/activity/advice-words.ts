import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { GenerationStage } from '../../data/generation-stage.ts';

/** What happens next with a generation, or what to do about it; null where its state says that already. */
export function adviceWords(stage: GenerationStage, seen: { readonly online: boolean }): MessageDescriptor | null {
  switch (stage.kind) {
    case 'unsent':
      return seen.online
        ? msg`It is sent in a moment. Until then, cancelling costs nothing.`
        : msg`It is kept on this device and sent by itself, in the order of this list. Until then, cancelling costs nothing.`;
    case 'sending':
      return msg`The server has not answered yet. It is asked again by itself, and starts this only once.`;
    case 'not_accepted':
      return msg`It was never started and costs nothing. Change it and try again.`;
    case 'picture_refused':
      return msg`It was never started and costs nothing. Choose another picture, or cancel it.`;
    case 'waiting_source':
      return msg`It starts once its source image is on the server.`;
    case 'queued':
      return stage.trouble === null
        ? null
        : msg`Not started yet: ${stage.trouble}. It is tried again by itself; you need not do anything.`;
    case 'held':
      return msg`If it was started after all, its video still comes. Dismiss it if you no longer want it.`;
    case 'running':
      return stage.trouble === null ? null : msg`${stage.trouble}. It goes on, and is asked again by itself.`;
    case 'cancelling':
      return msg`What was already begun may still cost, and a video that is already made is kept.`;
    case 'failed':
      return failureAdvice(stage);
    default:
      return null;
  }
}

function failureAdvice({ code, remedy }: Extract<GenerationStage, { kind: 'failed' }>): MessageDescriptor {
  switch (code) {
    case 'moderated':
    case 'nsfw':
      return msg`The filter of the provider stopped it. Describe it in other words and try again.`;
    case 'model_unknown':
    case 'provider_unavailable':
      return msg`Choose another model and try again.`;
    case 'invalid':
      return msg`Change what it names and try again.`;
    case 'provider_key':
    case 'provider_credit':
      return msg`Only whoever runs this server can put that right. Try again afterwards.`;
    case 'limit_running':
      return msg`Try again when one of the others is finished.`;
    case 'limit_daily':
      return msg`Try again tomorrow.`;
    case 'deadline':
    case 'expired':
      return msg`Trying again makes it anew, which costs again.`;
    default:
      return remedy === 'none' ? msg`Trying again would fail the same way.` : msg`Trying again may well succeed.`;
  }
}
