/** Signs a new person up; every request of `fetch` carries their session. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly cookie: string;
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** A request with a JSON body. */
  readonly send: (method: string, path: string, body: unknown) => Promise<Response>;
}

/** @param request how a path is requested: of a real server, or of an app in this process */
export async function signUp(request: (path: string, init?: RequestInit) => Promise<Response>): Promise<Person> {
  const email = `${crypto.randomUUID()}@example.com`;
  const password = 'correct horse battery';
  const reply = await request('/api/auth/sign-up/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password, name: 'Test Person' }),
  });
  if (!reply.ok) throw new Error(`sign-up: ${reply.status} ${await reply.text()}`);
  const cookie = reply.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const { user } = await reply.json();
  const fetchAs: Person['fetch'] = (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('cookie', cookie);
    return request(path, { ...init, headers });
  };
  return {
    id: user.id,
    email,
    password,
    cookie,
    fetch: fetchAs,
    send: (method, path, body) =>
      fetchAs(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  };
}
