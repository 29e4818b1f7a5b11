import * as v from 'valibot';
import type { ModelPrice, PriceRate } from '../../provider.ts';
import type { ApiReply } from '../api.ts';
import type { ModelFacts } from '../live-models.ts';
import { type ProviderModel, requestFor } from '../model-table.ts';
import { amountOf, currencyOf, type Quote, rateBetween } from '../prices.ts';
import { readRequestSchema } from '../request-schema.ts';
import { codeOf, unwrapped } from './prediction.ts';

/** `path` is below the API's base. */
type Call = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<ApiReply>;

/**
 * What the catalog says of these models, with what their films cost; asked for without a charge. Null where there is none.
 * https://wavespeed.ai/docs/list-models
 */
export async function readCatalog(
  call: Call,
  models: readonly ProviderModel[],
): Promise<ReadonlyMap<string, ModelFacts> | null> {
  const reply = await call('GET', '/models');
  const isAnswer = reply.kind === 'answer' && codeOf(reply) === 200;
  const list = v.safeParse(v.array(v.unknown()), isAnswer ? unwrapped(reply.body) : null);
  if (!list.success) return null;
  const listed = list.output.flatMap((entry) => {
    const parsed = v.safeParse(EntrySchema, entry);
    return parsed.success ? [parsed.output] : [];
  });
  const facts = new Map<string, ModelFacts>();
  for (const model of models) {
    const entry = listed.find(({ model_id }) => model_id === model.capabilities.id);
    if (!entry) continue;
    const schemas = entry.api_schema?.api_schemas ?? [];
    const run = schemas.find(({ type }) => type === 'model_run') ?? schemas[0];
    facts.set(entry.model_id, {
      schema: readRequestSchema(run?.request_schema),
      price: await readPrice(call, model, entry.base_price),
    });
  }
  return facts;
}

/** By resolution, from a short film and a long one; where that is not told, no less than the base price. */
async function readPrice(call: Call, model: ProviderModel, base: unknown): Promise<ModelPrice | null> {
  const { resolutions, durations } = model.capabilities;
  const [shortest, longest] = [Math.min(...durations), Math.max(...durations)];
  let currency = 'USD';
  const rates: PriceRate[] = [];
  for (const resolution of resolutions) {
    const quote = async (duration: number): Promise<Quote | null> => {
      const asked = requestFor([model], {
        model: model.capabilities.id,
        prompt: 'A film',
        params: { resolution, duration },
      });
      if (asked.kind === 'refused') return null;
      const reply = await call('POST', '/model/price', { model_id: model.capabilities.id, inputs: asked.input });
      const said = v.safeParse(
        PriceSchema,
        reply.kind === 'answer' && codeOf(reply) === 200 ? unwrapped(reply.body) : null,
      );
      if (!said.success) return null;
      currency = currencyOf(said.output.currency);
      const { discounted_price, price, unit_price } = said.output;
      const amount = amountOf(discounted_price ?? price ?? unit_price);
      return amount === null ? null : { duration, amount };
    };
    const short = await quote(shortest);
    const long = short && (longest === shortest ? short : await quote(longest));
    if (short && long) rates.push(rateBetween(resolution, short, long));
  }
  const least = amountOf(base);
  if (least !== null && rates.length < resolutions.length) {
    rates.push({ resolution: null, fixed: least, perSecond: 0, isLeast: true });
  }
  return rates.length === 0 ? null : { currency, rates };
}

const unsaid = v.fallback(v.nullish(v.unknown(), null), null);
const EntrySchema = v.object({
  model_id: v.string(),
  base_price: unsaid,
  api_schema: v.fallback(
    v.nullish(v.object({ api_schemas: v.array(v.looseObject({ type: unsaid, request_schema: unsaid })) }), null),
    null,
  ),
});
const PriceSchema = v.object({ discounted_price: unsaid, price: unsaid, unit_price: unsaid, currency: unsaid });
