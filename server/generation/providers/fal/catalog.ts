import * as v from 'valibot';
import type { ModelPrice } from '../../provider.ts';
import type { ApiReply } from '../api.ts';
import type { ModelFacts } from '../live-models.ts';
import type { ProviderModel } from '../model-table.ts';
import { amountOf, currencyOf } from '../prices.ts';
import { type RequestSchema, readRequestSchema } from '../request-schema.ts';

/** `path` is below the platform's base. */
type Get = (path: string) => Promise<ApiReply>;

/**
 * What fal's platform says of these models. Null where it says nothing.
 * https://fal.ai/docs/platform-apis/v1/models
 */
export async function readCatalog(
  get: Get,
  models: readonly ProviderModel[],
): Promise<ReadonlyMap<string, ModelFacts> | null> {
  const ids = models.map(({ capabilities }) => ['endpoint_id', capabilities.id]);
  const described = bodyOf(await get(`/v1/models?${new URLSearchParams([...ids, ['expand', 'openapi-3.0']])}`));
  const priced = bodyOf(await get(`/v1/models/pricing?${new URLSearchParams(ids)}`));
  const descriptions = v.safeParse(v.object({ models: v.array(v.unknown()) }), described);
  const prices = v.safeParse(v.object({ prices: v.array(v.unknown()) }), priced);
  if (!descriptions.success && !prices.success) return null;
  const entries = entriesOf(DescriptionSchema, descriptions.success ? descriptions.output.models : []);
  const rates = entriesOf(PriceSchema, prices.success ? prices.output.prices : []);
  return new Map(
    models.map((model) => {
      const { id } = model.capabilities;
      const schemas = entries.find(({ endpoint_id }) => endpoint_id === id)?.openapi?.components?.schemas;
      const price = rates.find(({ endpoint_id }) => endpoint_id === id);
      return [id, { schema: inputOf(schemas), price: price ? priceOf(model, price) : null }];
    }),
  );
}

/** The one that has a prompt: the others are of the queue and of what comes out. */
function inputOf(schemas: Readonly<Record<string, unknown>> | null | undefined): RequestSchema | null {
  const inputs = Object.entries(schemas ?? {}).filter(([name]) => name.endsWith('Input'));
  return inputs.map(([, schema]) => readRequestSchema(schema, schemas)).find((schema) => schema !== null) ?? null;
}

/** One price for all that a model makes is about the least of it: sharper and longer films cost more. */
function priceOf({ capabilities }: ProviderModel, { unit, unit_price, currency }: Price): ModelPrice | null {
  const amount = amountOf(unit_price);
  const perSecond = /^(video |output )?seconds?$/i.test(unit);
  const perVideo = /^(video|generation|request)s?$/i.test(unit);
  // Tokens, megapixels and seconds of computing tell nobody what a film costs.
  if (amount === null || !(perSecond || perVideo)) return null;
  const isLeast = capabilities.resolutions.length > 1 || (perVideo && capabilities.durations.length > 1);
  const rate = { resolution: null, fixed: perVideo ? amount : 0, perSecond: perSecond ? amount : 0, isLeast };
  return { currency: currencyOf(currency), rates: [rate] };
}

const DescriptionSchema = v.object({
  endpoint_id: v.string(),
  openapi: v.fallback(
    v.nullish(v.object({ components: v.nullish(v.object({ schemas: v.record(v.string(), v.unknown()) })) })),
    null,
  ),
});
const PriceSchema = v.object({
  endpoint_id: v.string(),
  unit: v.string(),
  unit_price: v.unknown(),
  currency: v.unknown(),
});
type Price = v.InferOutput<typeof PriceSchema>;

function entriesOf<Schema extends v.GenericSchema>(
  schema: Schema,
  list: readonly unknown[],
): readonly v.InferOutput<Schema>[] {
  return list.filter((entry) => v.is(schema, entry));
}

function bodyOf(reply: ApiReply): unknown {
  return reply.kind === 'answer' && reply.status === 200 ? reply.body : null;
}
