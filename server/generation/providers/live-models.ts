import { readParams } from '../capabilities.ts';
import type { ModelCapabilities, ModelPrice } from '../provider.ts';
import { type ProviderModel, type Request, seconds } from './model-table.ts';
import { type Property, type RequestSchema, takes } from './request-schema.ts';

/** What a provider says of one model now. */
export interface ModelFacts {
  /** Null where it could not be read. */
  readonly schema: RequestSchema | null;
  /** Null where it is not told. */
  readonly price: ModelPrice | null;
}

export interface LiveModels {
  /** What people may choose. */
  readonly offered: () => readonly ModelCapabilities[];
  /** What is sent on: a choice that was offered when it was made is for the provider to refuse. */
  readonly sendable: () => readonly ProviderModel[];
  /** @param facts by the model's id; where there are none of a model it stays as it is */
  readonly learn: (facts: ReadonlyMap<string, ModelFacts>) => void;
}

/**
 * The table of a provider's models, kept in step with what it says of them. The table stays the
 * truth of which models there are and how they are told; what it does not know how to say is not offered.
 */
export function createLiveModels(table: readonly ProviderModel[]): LiveModels {
  const offered = new Map(table.map(({ capabilities }) => [capabilities.id, capabilities]));
  const capabilitiesOf = ({ capabilities }: ProviderModel) => offered.get(capabilities.id) ?? capabilities;

  return {
    offered: () => table.map(capabilitiesOf),
    sendable: () =>
      table.map((model) => ({ ...model, capabilities: union(model.capabilities, capabilitiesOf(model)) })),
    learn: (facts) => {
      for (const model of table) {
        const { id } = model.capabilities;
        const heard = facts.get(id);
        if (!heard) continue;
        const known = heard.schema === null ? capabilitiesOf(model) : fitToSchema(model, heard.schema);
        const price = heard.price ?? offered.get(id)?.price;
        offered.set(id, { ...known, ...(price && { price }) });
      }
    },
  };
}

interface Choice {
  readonly aspectRatio: string;
  readonly resolution: string;
  readonly duration: number;
}

const LONGEST_S = 60;

/** A model as the schema has it: without what it does not take, and with what it takes besides. */
function fitToSchema(model: ProviderModel, schema: RequestSchema): ModelCapabilities {
  const wide = widened(model, schema);
  const choices = wide.aspectRatios.flatMap((aspectRatio) =>
    wide.resolutions.flatMap((resolution) => wide.durations.map((duration) => ({ aspectRatio, resolution, duration }))),
  );
  const taken = choices.filter((choice) => takes(schema, told(model, choice)));
  // A schema that nothing fits is not of this request.
  if (taken.length === 0) return model.capabilities;
  return {
    ...wide,
    aspectRatios: wide.aspectRatios.filter((value) => taken.some(({ aspectRatio }) => aspectRatio === value)),
    resolutions: wide.resolutions.filter((value) => taken.some(({ resolution }) => resolution === value)),
    durations: wide.durations.filter((value) => taken.some(({ duration }) => duration === value)),
    seed: schema.has('seed'),
    negativePrompt: schema.has('negative_prompt'),
  };
}

/** With what the schema lists besides, where it goes to the provider under the name that it has there. */
function widened(model: ProviderModel, schema: RequestSchema): ModelCapabilities {
  const { capabilities } = model;
  const [aspectRatio = '', resolution = '', duration = 0] = [
    capabilities.aspectRatios[0],
    capabilities.resolutions[0],
    capabilities.durations[0],
  ];
  const usual = { aspectRatio, resolution, duration };
  const isTold = (name: string, choice: Partial<Choice>, as: readonly string[]) =>
    as.includes(String(told(model, { ...usual, ...choice })[name]));
  const listed = (name: string, form: RegExp) => (schema.get(name)?.values ?? []).filter((value) => form.test(value));
  return {
    ...capabilities,
    aspectRatios: joined(
      capabilities.aspectRatios,
      listed('aspect_ratio', /^\d{1,2}:\d{1,2}$/).filter((value) =>
        isTold('aspect_ratio', { aspectRatio: value }, [value]),
      ),
    ),
    resolutions: joined(
      capabilities.resolutions,
      listed('resolution', /^(\d{3,4}p|\dk)$/).filter((value) => isTold('resolution', { resolution: value }, [value])),
    ),
    durations: joined(
      capabilities.durations,
      secondsIn(schema.get('duration')).filter((value) =>
        isTold('duration', { duration: value }, [`${value}`, `${value}s`]),
      ),
    ),
  };
}

/** The whole seconds that a property may be. */
function secondsIn(property: Property | undefined): readonly number[] {
  const { values, least, most } = property ?? {};
  const listed = values?.flatMap((value) => (/^\d{1,2}s?$/.test(value) ? [Number.parseInt(value, 10)] : []));
  const range = least && most && most <= LONGEST_S ? seconds(Math.ceil(least), Math.floor(most)) : [];
  return (listed ?? range).filter((value) => value >= 1 && value <= LONGEST_S);
}

/** How a choice is told to the provider. */
function told({ capabilities, input }: ProviderModel, { aspectRatio, resolution, duration }: Choice): Request {
  const only = { aspectRatios: [aspectRatio], resolutions: [resolution], durations: [duration] };
  // A picture changes nothing of it.
  const read = readParams({ ...capabilities, ...only, sourceImage: 'none' }, {});
  return read.kind === 'ok' ? input(read.params) : {};
}

/** What either takes. */
function union(known: ModelCapabilities, heard: ModelCapabilities): ModelCapabilities {
  return {
    ...heard,
    aspectRatios: joined(heard.aspectRatios, known.aspectRatios),
    resolutions: joined(heard.resolutions, known.resolutions),
    durations: joined(heard.durations, known.durations),
    seed: heard.seed || known.seed,
    negativePrompt: heard.negativePrompt || known.negativePrompt,
  };
}

function joined<Value>(first: readonly Value[], second: readonly Value[]): readonly Value[] {
  return [...new Set([...first, ...second])];
}
