import type { VideoProvider } from '../provider.ts';

/**
 * Stands where videos cannot be made, beside servers on the same database that make them: it takes
 * nothing new, and leaves alone what runs elsewhere.
 * @param reason for people
 */
export function createUnavailableProvider(reason: string): VideoProvider {
  return {
    name: 'local',
    models: [],
    resubmitIsFree: true,
    pollEveryMs: 60_000,
    slowestPollMs: 60_000,
    deadlineMs: () => 24 * 60 * 60_000,
    outputLifetimeMs: null,
    takeImage: null,
    submit: async () => ({ kind: 'not_now', message: reason, retryAfterMs: null }),
    status: async () => ({ kind: 'running', progress: null }),
    cancel: async () => undefined,
    find: null,
    readWebhook: null,
    refreshModels: null,
    checkKey: null,
    openOutput: async () => null,
    poster: async () => null,
  };
}
