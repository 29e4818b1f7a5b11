import { registerRoute } from 'workbox-routing';
import { createInbox } from '../data/inbox.ts';
import type { SessionStore } from '../data/session.ts';

/**
 * Takes what other apps share with this one: kept first, then a page is opened that imports it. The
 * answer is a redirect, so that a reload of that page shares nothing twice.
 */
export function installShareTarget(session: SessionStore): void {
  registerRoute(
    ({ url, sameOrigin }) => sameOrigin && url.pathname === '/share',
    async ({ request }) => see(await take(request, session).catch(() => 'failed')),
    'POST',
  );
}

async function take(request: Request, session: SessionStore): Promise<'kept' | 'empty'> {
  const parts = [...(await request.formData()).values()].filter((part) => typeof part !== 'string');
  const files = parts.filter(({ size, name }) => size > 0 || name !== '');
  if (files.length === 0) return 'empty';
  await createInbox().put((await session.read())?.user.id ?? null, files);
  return 'kept';
}

function see(outcome: string): Response {
  return new Response(null, { status: 303, headers: { location: `/?share=${outcome}` } });
}
