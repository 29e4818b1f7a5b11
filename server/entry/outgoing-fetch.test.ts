import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutgoingFetch } from './outgoing-fetch.ts';

let server: Server;
let port: number;
let asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['accept-encoding']}`);
    if (request.url === '/elsewhere') return void response.writeHead(302, { location: '/secret' }).end();
    if (request.url === '/nothing') return void response.writeHead(204).end();
    if (request.url === '/never') return;
    if (request.url === '/echo') return void request.pipe(response);
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': '5' }).end('bytes');
  }).listen(0);
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => void server.closeAllConnections());

const anywhere = createOutgoingFetch(() => true);
const init = { headers: { 'accept-encoding': 'identity' } };

describe('an outgoing request', () => {
  test('brings status, headers and bytes as they are', async () => {
    asked = [];
    const reply = await anywhere(`http://localhost:${port}/a`, init);
    expect([reply.status, reply.headers.get('content-length'), await reply.text()]).toEqual([200, '5', 'bytes']);
    expect((await anywhere(`http://localhost:${port}/nothing`, init)).status).toBe(204);
    expect(asked).toEqual(['GET /a identity', 'GET /nothing identity']);
  });

  test('follows nothing', async () => {
    const reply = await anywhere(`http://localhost:${port}/elsewhere`, init);
    expect([reply.status, reply.headers.get('location')]).toEqual([302, '/secret']);
    await reply.body?.cancel();
  });

  test('sends a body', async () => {
    const body = new Uint8Array([1, 0, 255]);
    const reply = await anywhere(`http://localhost:${port}/echo`, { ...init, method: 'POST', body });
    expect(new Uint8Array(await reply.arrayBuffer())).toEqual(body);
  });

  test('of HEAD has no body', async () => {
    const reply = await anywhere(`http://localhost:${port}/a`, { ...init, method: 'HEAD' });
    expect(await reply.text()).toBe('');
  });

  test('ends with its signal', async () => {
    const signal = AbortSignal.timeout(50);
    await expect(anywhere(`http://localhost:${port}/never`, { ...init, signal })).rejects.toThrow();
  });

  test('does not connect where the name leads to a private address, whatever it led to before', async () => {
    asked = [];
    const guarded = createOutgoingFetch();
    await expect(guarded(`http://localhost:${port}/secret`, init)).rejects.toThrow('localhost is on a private network');
    expect(asked).toEqual([]);
  });

  test('says why a name cannot be reached', async () => {
    await expect(anywhere('http://nowhere.invalid/', init)).rejects.toThrow(/nowhere\.invalid/);
  });
});
