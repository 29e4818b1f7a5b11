import { Hono } from 'hono';
import type { AppEnv } from '../deps.ts';

/**
 * What another app shares with the installed one is taken by its service worker. Where none is there
 * yet, the share comes here: nothing of it is stored, and the page that follows says so. It changes
 * nothing, so it matters not from where it is sent; a share names no origin.
 */
export function shareRoutes(): Hono<AppEnv> {
  return new Hono<AppEnv>().post('/share', (c) => c.redirect('/?share=missed', 303));
}
