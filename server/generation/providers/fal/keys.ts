import * as v from 'valibot';
import { NoAnswerError } from '../../provider.ts';
import { type ApiDeps, callApi } from '../api.ts';
import { fromBase64 } from '../webhook-signature.ts';

const MOST_KEYS = 8;
/** A delivery need not be fal's to make somebody ask for keys, so what fails is not asked for by each. */
const REST_AFTER_FAILURE_MS = 30_000;

/** The keys that fal publishes. @throws NoAnswerError where they cannot be had now */
export type FalKeys = (options: { readonly notOlderThanMs: number }) => Promise<readonly CryptoKey[]>;

/** Asks for the keys at most once at a time, however many wait for them. */
export function createFalKeys(deps: ApiDeps, url: string): FalKeys {
  let kept: { readonly at: number; readonly keys: readonly CryptoKey[] } | null = null;
  let failedAt: number | null = null;
  let asking: Promise<readonly CryptoKey[]> | null = null;

  async function ask(): Promise<readonly CryptoKey[]> {
    const at = deps.clock();
    if (failedAt !== null && at - failedAt < REST_AFTER_FAILURE_MS) throw cannotBeHad();
    const reply = await callApi(deps, { method: 'GET', url, headers: {} });
    const parsed = v.safeParse(KeySetSchema, reply.kind === 'answer' ? reply.body : undefined);
    failedAt = parsed.success ? null : at;
    if (!parsed.success) throw cannotBeHad();
    const keys = await Promise.all(parsed.output.keys.slice(0, MOST_KEYS).map(importKey));
    kept = { at, keys: keys.filter((key) => key !== null) };
    return kept.keys;
  }

  return async ({ notOlderThanMs }) => {
    if (kept && deps.clock() - kept.at < notOlderThanMs) return kept.keys;
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
}

const KeySetSchema = v.object({ keys: v.array(v.looseObject({ x: v.nullish(v.string(), null) })) });

function cannotBeHad(): NoAnswerError {
  return new NoAnswerError('fal’s keys cannot be had');
}

async function importKey({ x }: { readonly x: string | null }): Promise<CryptoKey | null> {
  const raw = x === null ? null : fromBase64(x);
  if (raw?.length !== 32) return null;
  return crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
}
