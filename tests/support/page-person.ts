import type { Page } from 'playwright-core';
import type { Person } from './person.ts';

/** Whoever is signed in on a page, at the server itself, past worker and network of that page. */
export async function personOf(page: Page, server: { readonly url: string }): Promise<Pick<Person, 'fetch'>> {
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return {
    fetch: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set('cookie', cookie);
      return fetch(server.url + path, { ...init, headers });
    },
  };
}
