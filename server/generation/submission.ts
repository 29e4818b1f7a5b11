import type { GenerationId, UserId } from '../../sync/ids.ts';
import type { GenerationJob } from './generation-job.ts';
import type { Submission } from './provider.ts';
import { uuidv5 } from './uuidv5.ts';

/** Where a provider may tell of this generation; null where it cannot reach this server. */
export type WebhookUrl = (generation: { readonly user: UserId; readonly id: GenerationId }) => string | null;

/** What the provider is sent for a generation: the same whenever it is asked for. */
export async function toSubmission(
  { webhookUrl }: { readonly webhookUrl: WebhookUrl },
  job: GenerationJob,
): Promise<Submission> {
  const { user, id, create } = job;
  const { prompt, model, params } = create;
  return { id, key: await uuidv5(id, user), prompt, model, params, webhookUrl: webhookUrl(job) };
}

/** @param origin under which the provider reaches this server */
export function webhookUrlAt(origin: string, provider: string): WebhookUrl {
  return ({ user, id }) => `${origin}/api/webhooks/${provider}/${user}/${id}`;
}

export const NO_WEBHOOKS: WebhookUrl = () => null;
