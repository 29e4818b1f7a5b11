import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../tests/support/app.ts';
import { CLIENT_IP_HEADER } from './auth.ts';

let testApp: TestApp;
beforeAll(async () => {
  testApp = await createTestApp();
});
afterAll(() => testApp[Symbol.asyncDispose]());

const DAY = 24 * 60 * 60 * 1000;

function signIn(email: string, password: string, ip = '10.9.9.9') {
  return testApp.request('/api/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json', [CLIENT_IP_HEADER]: ip },
    body: JSON.stringify({ email, password }),
  });
}

describe('sign-up and sign-in', () => {
  test('give a cookie that scripts cannot read and other sites cannot use to write', async () => {
    const { email, password } = await testApp.signUp();
    const reply = await signIn(email, password);
    expect(reply.status).toBe(200);
    const [cookie = ''] = reply.headers.getSetCookie();
    expect(cookie).toMatch(/^vidfab\.session_token=/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Lax');
    expect(cookie).not.toContain('Secure');
  });

  test('use a cookie for HTTPS alone where the app is public on HTTPS', async () => {
    await using secure = await createTestApp({
      config: { publicUrl: 'https://videos.example', metricsToken: null },
    });
    const { cookie } = await secure.signUp();
    expect(cookie).toMatch(/^__Secure-vidfab\.session_token=/);
  });

  test('say the same of a wrong password and of an unknown person', async () => {
    const { email } = await testApp.signUp();
    const wrong = await signIn(email, 'not the password', '10.9.9.1');
    const unknown = await signIn('nobody@example.com', 'not the password', '10.9.9.1');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await unknown.json());
  });

  test('tries are limited for each address, until it waits', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) statuses.push((await signIn('nobody@example.com', 'guess', '10.9.9.2')).status);
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses[10]).toBe(429);
    expect((await signIn('nobody@example.com', 'guess', '10.9.9.3')).status).toBe(401);
  });
});

describe('a session', () => {
  test('ends with sign-out at once, and only that one', async () => {
    const person = await testApp.signUp();
    const elsewhere =
      (await signIn(person.email, person.password, '10.9.9.4')).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const out = await person.fetch('/api/auth/sign-out', { method: 'POST' });
    expect(out.status).toBe(200);
    expect((await person.fetch('/api/user/videos')).status).toBe(401);
    expect((await testApp.request('/api/user/videos', { headers: { cookie: elsewhere } })).status).toBe(200);
  });

  test('in use is prolonged, with its cookie, whatever the request', async () => {
    const person = await testApp.signUp();
    expect((await person.fetch('/api/user/videos')).headers.getSetCookie()).toEqual([]);
    const sql = 'UPDATE session SET expires_at = expires_at - ? WHERE user_id = ?';
    await testApp.deps.db.sql.execute({ sql, args: [2 * DAY, person.id] });
    const reply = await person.fetch('/api/user/videos');
    expect(reply.headers.getSetCookie()).toEqual([expect.stringMatching(/^vidfab\.session_token=.*Max-Age=7776000/)]);
  });

  test('that ran out is nobody', async () => {
    const person = await testApp.signUp();
    await testApp.deps.db.sql.execute({
      sql: 'UPDATE session SET expires_at = 1 WHERE user_id = ?',
      args: [person.id],
    });
    expect((await person.fetch('/api/user/videos')).status).toBe(401);
  });
});

describe('the list of sessions', () => {
  const WEEK = 7 * DAY;
  interface Shown {
    readonly id: string;
    readonly userAgent: string | null;
    readonly signedInAt: number;
    readonly usedAt: number;
    readonly isThis: boolean;
  }
  const listFor = async (cookie: string): Promise<readonly Shown[]> =>
    (await (await testApp.request('/api/auth/sessions', { headers: { cookie } })).json()).data.sessions;

  /** Signs in on another device. @returns its cookie */
  async function enter({ email, password }: { readonly email: string; readonly password: string }, userAgent: string) {
    const reply = await testApp.request('/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': userAgent, [CLIENT_IP_HEADER]: '10.9.8.1' },
      body: JSON.stringify({ email, password }),
    });
    return reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  }
  const isIn = async (cookie: string) =>
    (await testApp.request('/api/user/videos', { headers: { cookie } })).status === 200;

  test('has every device of the person, says which one asks, and nothing to act as another with', async () => {
    const [person, stranger] = [await testApp.signUp(), await testApp.signUp()];
    const phone = await enter(person, 'Phone/1');
    const shown = await listFor(phone);
    expect(shown).toHaveLength(2);
    expect(shown.find(({ isThis }) => isThis)).toEqual({
      id: expect.any(String),
      userAgent: 'Phone/1',
      signedInAt: expect.any(Number),
      usedAt: expect.any(Number),
      isThis: true,
    });
    const text = await (await person.fetch('/api/auth/sessions')).text();
    const { rows } = await testApp.deps.db.sql.execute({ sql: 'SELECT token, user_id FROM session', args: [] });
    const secrets = rows.map(({ token }) => String(token));
    expect(secrets.length).toBeGreaterThan(2);
    for (const secret of [...secrets, stranger.id]) expect(text).not.toContain(secret);
  });

  test('is told to one that signed in long ago, and leaves out what ran out', async () => {
    const person = await testApp.signUp();
    const phone = await enter(person, 'Phone/1');
    const change = (sql: string) => testApp.deps.db.sql.execute({ sql, args: [person.id] });
    await change(`UPDATE session SET created_at = created_at - ${WEEK} WHERE user_id = ?`);
    await change(`UPDATE session SET expires_at = 1 WHERE user_id = ? AND user_agent = 'Phone/1'`);
    const reply = await person.fetch('/api/auth/sessions');
    expect(reply.status).toBe(200);
    expect((await reply.json()).data.sessions).toMatchObject([{ isThis: true }]);
    expect(await isIn(phone)).toBe(false);
  });

  test('one of them is ended by its id, at once, and no other; twice is 404', async () => {
    const person = await testApp.signUp();
    const [phone, tablet] = [await enter(person, 'Phone/1'), await enter(person, 'Tablet/1')];
    const [ended] = (await listFor(person.cookie)).filter(({ userAgent }) => userAgent === 'Phone/1');
    const end = () => person.fetch(`/api/auth/sessions/${ended?.id}`, { method: 'DELETE' });
    expect((await end()).status).toBe(200);
    expect([await isIn(phone), await isIn(tablet), await isIn(person.cookie)]).toEqual([false, true, true]);
    expect((await listFor(person.cookie)).map(({ id }) => id)).not.toContain(ended?.id);
    expect((await end()).status).toBe(404);
  });

  test('another person ends none of them, by no id and by no token', async () => {
    const [person, stranger] = [await testApp.signUp(), await testApp.signUp()];
    const [mine] = await listFor(person.cookie);
    const token = decodeURIComponent(person.cookie).split('=')[1]?.split('.')[0];
    for (const id of [mine?.id, token]) {
      expect((await stranger.fetch(`/api/auth/sessions/${id}`, { method: 'DELETE' })).status).toBe(404);
    }
    expect(await isIn(person.cookie)).toBe(true);
  });
});

test('nothing else of better-auth can be reached', async () => {
  for (const path of ['ok', 'error', 'sign-in/social', 'list-sessions', 'revoke-session', 'delete-user/callback']) {
    for (const method of ['GET', 'POST']) {
      expect((await testApp.request(`/api/auth/${path}`, { method })).status).toBe(404);
    }
  }
});
