/** What a provider says that one member of a request may be. */
export interface Property {
  /** As text; null where it lists none. */
  readonly values: readonly string[] | null;
  readonly least: number | null;
  readonly most: number | null;
}
export type RequestSchema = ReadonlyMap<string, Property>;

/**
 * Reads the members of a request out of a JSON Schema, as OpenAPI documents have them.
 * @param definitions what its references name, by their last part
 * @returns null where it is none of a film from words
 */
export function readRequestSchema(schema: unknown, definitions: unknown = null): RequestSchema | null {
  const properties = member(schema, 'properties');
  if (!isObject(member(properties, 'prompt'))) return null;
  const entries = Object.entries(properties ?? {}).slice(0, MOST_PROPERTIES);
  return new Map(entries.map(([name, property]) => [name, readProperty(property, definitions)]));
}

/** Whether the provider says that it takes this; what it says nothing of it takes. */
export function takes(schema: RequestSchema, input: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(input).every(([name, value]) => {
    const property = schema.get(name);
    if (!property) return true;
    if (property.values !== null) return property.values.includes(String(value));
    const number = typeof value === 'number' ? value : null;
    return number === null || (number >= (property.least ?? number) && number <= (property.most ?? number));
  });
}

const MOST_PROPERTIES = 100;
const MOST_VALUES = 100;
const DEEPEST = 4;

const UNSAID: Property = { values: null, least: null, most: null };

function readProperty(property: unknown, definitions: unknown, depth = 0): Property {
  if (!isObject(property) || depth > DEEPEST) return UNSAID;
  const read = (other: unknown) => readProperty(other, definitions, depth + 1);
  const reference = member(property, '$ref');
  const named = typeof reference === 'string' ? [member(definitions, reference.split('/').at(-1) ?? '')] : [];
  const said = [own(property), ...[...named, ...list(property, 'allOf')].map(read)];
  // What it may be instead narrows nothing, unless each of them lists what it may be.
  const branches = [...list(property, 'anyOf'), ...list(property, 'oneOf')].filter((other) => !isNull(other)).map(read);
  const listed = branches.map(({ values }) => values).filter((values) => values !== null);
  const either = branches.length > 0 && listed.length === branches.length ? listed.flat() : null;
  const only = branches.length === 1 ? branches : [];
  const first = (name: 'least' | 'most') =>
    [...said, ...only].map((part) => part[name]).find((value) => value !== null) ?? null;
  return {
    values: said.map(({ values }) => values).find((values) => values !== null) ?? either,
    least: first('least'),
    most: first('most'),
  };
}

function own(property: object): Property {
  const values = list(property, 'enum').map(String).slice(0, MOST_VALUES);
  const number = (name: string) => {
    const value = member(property, name);
    return typeof value === 'number' ? value : null;
  };
  return { values: values.length === 0 ? null : values, least: number('minimum'), most: number('maximum') };
}

function isNull(property: unknown): boolean {
  return member(property, 'type') === 'null';
}

function list(value: object, name: string): readonly unknown[] {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
}

function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
