import * as v from 'valibot';
import type { ApiReply } from '../api.ts';
import type { ModelFacts } from '../live-models.ts';
import type { ProviderModel } from '../model-table.ts';
import { readRequestSchema } from '../request-schema.ts';

/** `path` is below the API's base. */
type Get = (path: string) => Promise<ApiReply>;

/**
 * What Replicate says of these models, which does not include what they cost. Null where it says nothing.
 * https://replicate.com/docs/reference/http#models.get
 */
export async function readCatalog(
  get: Get,
  models: readonly ProviderModel[],
): Promise<ReadonlyMap<string, ModelFacts> | null> {
  const facts = new Map<string, ModelFacts>();
  for (const { capabilities } of models) {
    const reply = await get(`/models/${capabilities.id}`);
    const body = reply.kind === 'answer' && reply.status === 200 ? reply.body : null;
    const said = v.safeParse(ModelSchema, body);
    if (!said.success) continue;
    const { schemas } = said.output.latest_version.openapi_schema.components;
    facts.set(capabilities.id, { schema: readRequestSchema(schemas.Input, schemas), price: null });
  }
  return facts.size === 0 ? null : facts;
}

const ModelSchema = v.object({
  latest_version: v.object({
    openapi_schema: v.object({ components: v.object({ schemas: v.record(v.string(), v.unknown()) }) }),
  }),
});
