import { Hono } from 'hono';
import type { BenchVideo } from '../../rows.ts';
import { serve } from '../serve.ts';

const PAGE_ROWS = 2500;
const rows: unknown[] = [];

const app = new Hono()
  .get('/pages/:start', (c) => {
    const start = Number(c.req.param('start'));
    return c.json({ rows: rows.slice(start, start + PAGE_ROWS), more: start + PAGE_ROWS < rows.length });
  })
  .post('/__admin/seed', async (c) => {
    rows.push(...(await c.req.json<BenchVideo[]>()).map(wireRow));
    return c.body(null, 204);
  })
  .get('/__admin/count', (c) => c.json({ rows: rows.length, doubled: 0 }));
serve(app);

/** The row as our protocol sends it. */
function wireRow(video: BenchVideo, index: number) {
  const { id, mediaState, bytes, sha256, posterAt, storedAt, codec, ...create } = video;
  const { width, height, durationMs } = create;
  const measured = { width, height, durationMs, codec };
  return {
    id,
    rev: index + 1,
    create: { ...create, capturedAt: null },
    fields: {},
    server: { mediaState, mediaError: null, bytes, sha256, posterAt, storedAt, ...measured },
  };
}
