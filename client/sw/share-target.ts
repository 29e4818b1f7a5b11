import { registerRoute } from 'workbox-routing';
import { putIntoInbox } from '../data/inbox.ts';
import type { SessionState } from '../data/session.ts';

/**
 * Takes what other apps share with this one: kept first, then a page is opened that imports it. The
 * answer is a redirect, so that a reload of that page shares nothing twice.
 */
export function installShareTarget(session: SessionState): void {
  registerRoute(
    ({ url, sameOrigin }) => sameOrigin && url.pathname === '/share',
    async ({ request }) =>
      isForeign(request) ? seeOther('/') : seeOther(`/?share=${await take(request, session).catch(() => 'failed')}`),
    'POST',
  );
}

async function take(request: Request, session: SessionState): Promise<'kept' | 'empty'> {
  const parts = [...(await request.formData()).values()].filter((part) => typeof part !== 'string');
  const files = parts.filter(({ size, name }) => size > 0 || name !== '');
  if (files.length === 0) return 'empty';
  await putIntoInbox((await session.read())?.user.id ?? null, files);
  return 'kept';
}

/**
 * A page of another site, that says so. A share of the system names no page, and a worker is not shown
 * `Sec-Fetch-Site`: a page that hides where it is from cannot be told from a share.
 */
function isForeign({ headers, referrer }: Request): boolean {
  const named = [headers.get('origin') ?? '', referrer].filter((url) => /^https?:/.test(url));
  return named.some((url) => new URL(url).origin !== location.origin);
}

function seeOther(place: string): Response {
  return new Response(null, { status: 303, headers: { location: place } });
}
