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

test('nothing else of better-auth can be reached', async () => {
  for (const path of ['/api/auth/ok', '/api/auth/error', '/api/auth/sign-in/social', '/api/auth/delete-user']) {
    for (const method of ['GET', 'POST']) expect((await testApp.request(path, { method })).status).toBe(404);
  }
});
