import type { AccountLimits } from '../generation/limits.ts';
import type { VideoProvider } from '../generation/provider.ts';
import type { ApiDeps } from '../generation/providers/api.ts';
import { createFalProvider } from '../generation/providers/fal/fal.ts';
import { createReplicateProvider } from '../generation/providers/replicate/replicate.ts';
import { createWaveSpeedProvider } from '../generation/providers/wavespeed/wavespeed.ts';
import { NO_WEBHOOKS, type WebhookUrl, webhookUrlAt } from '../generation/submission.ts';
import type { Env } from './env.ts';

interface Generating {
  readonly provider: VideoProvider;
  readonly webhookUrl: WebhookUrl;
  readonly limits: AccountLimits;
}

interface GeneratingDeps {
  readonly outgoing: ApiDeps;
  /** What stands for `local` in this runtime. */
  readonly local: () => VideoProvider;
}

/** What one account may have of a provider that charges, where nothing else is said. */
const PAID_LIMITS = { atOnce: 4, perDay: 200 };

/** Who makes the videos, as the environment says. */
export function openGenerating(env: Env, deps: GeneratingDeps): Generating {
  const provider = openProvider(env, deps);
  const usual = provider.resubmitIsFree ? { atOnce: null, perDay: null } : PAID_LIMITS;
  return {
    provider,
    webhookUrl: webhookUrlFor(env, provider),
    limits: {
      atOnce: limitOf(env.GENERATIONS_AT_ONCE, usual.atOnce),
      perDay: limitOf(env.GENERATIONS_PER_DAY, usual.perDay),
    },
  };
}

function openProvider(env: Env, { outgoing, local }: GeneratingDeps): VideoProvider {
  switch (env.VIDEO_PROVIDER) {
    case 'local':
      return local();
    case 'wavespeed':
      return createWaveSpeedProvider(outgoing, {
        apiKey: env.WAVESPEED_API_KEY ?? '',
        webhookSecret: env.WAVESPEED_WEBHOOK_SECRET ?? null,
        baseUrl: env.WAVESPEED_BASE_URL ?? 'https://api.wavespeed.ai',
      });
    case 'fal':
      return createFalProvider(outgoing, {
        apiKey: env.FAL_API_KEY ?? '',
        queueUrl: env.FAL_BASE_URL ?? 'https://queue.fal.run',
        restUrl: env.FAL_BASE_URL ?? 'https://rest.fal.ai',
        platformUrl: env.FAL_BASE_URL ?? 'https://api.fal.ai',
      });
    case 'replicate':
      return createReplicateProvider(outgoing, {
        apiKey: env.REPLICATE_API_KEY ?? '',
        webhookSecret: env.REPLICATE_WEBHOOK_SECRET ?? null,
        baseUrl: env.REPLICATE_BASE_URL ?? 'https://api.replicate.com',
      });
  }
}

/** Providers take only https; a stand-in for one on this machine takes anything. */
function webhookUrlFor({ PUBLIC_URL, ...env }: Env, { name, readWebhook }: VideoProvider): WebhookUrl {
  const isStandIn = [env.WAVESPEED_BASE_URL, env.FAL_BASE_URL, env.REPLICATE_BASE_URL].some((url) =>
    url?.startsWith('http:'),
  );
  if (readWebhook === null || PUBLIC_URL === undefined) return NO_WEBHOOKS;
  return PUBLIC_URL.startsWith('https:') || isStandIn ? webhookUrlAt(PUBLIC_URL, name) : NO_WEBHOOKS;
}

/** 0 is for no limit. */
function limitOf(given: number | undefined, usual: number | null): number | null {
  return given === 0 ? null : (given ?? usual);
}
