/** What a request costs before anybody does anything: Hono on the same HTTP server as ours. */
import { Hono } from 'hono';
import { serve } from '../peers/serve.ts';

serve(new Hono().get('/', (c) => c.json({ hello: 'world' })));
