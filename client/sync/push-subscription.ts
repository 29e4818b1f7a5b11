/** Tells the server where this browser is reached. False where it was not taken. */
export async function sendSubscription(subscription: Pick<PushSubscription, 'toJSON'>): Promise<boolean> {
  return send('POST', subscription);
}

/** Tells the server that it is not reached there any more; best effort. */
export async function withdrawSubscription({ endpoint }: Pick<PushSubscription, 'endpoint'>): Promise<boolean> {
  return send('DELETE', { endpoint });
}

async function send(method: string, body: object): Promise<boolean> {
  const response = await fetch('/api/push/subscriptions', {
    method,
    redirect: 'error',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  }).catch(() => null);
  return response?.ok ?? false;
}
