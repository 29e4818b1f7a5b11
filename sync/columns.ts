/**
 * JSON values of one shape, written column by column: what all share is said once, strings of one
 * length stand side by side without separators, integers as differences. That makes a page of rows
 * small and quick to parse; docs/decisions/006 has the figures.
 */
export type Column =
  | readonly ['same', unknown]
  | readonly ['null', Mask, Column]
  | readonly ['object', { readonly [name: string]: Column | readonly ['missing', Mask, Column] }]
  | readonly ['tuple', readonly Column[]]
  | readonly ['strings', number, string]
  | readonly ['uuids', readonly number[], string]
  | readonly ['integers', readonly number[]]
  | readonly ['values', readonly unknown[]];

/** `1` for each value that stands in the column, `0` for each that does not. */
type Mask = string;

/** `unpack(pack(values), values.length)` equals `values`. */
export function pack(values: readonly unknown[]): Column {
  const [first = null] = values;
  if (values.every((value) => value === first)) return ['same', first];
  if (values.includes(null)) return ['null', maskOf(values, isPresent), pack(values.filter(isPresent))];
  if (values.every(isObject)) return ['object', packMembers(values)];
  if (values.every(isArray) && values.every(({ length }) => length === values[0]?.length)) {
    return ['tuple', (values[0] ?? []).map((_, index) => pack(values.map((value) => value[index])))];
  }
  if (values.every(isString)) return packStrings(values);
  return values.every(isModest) ? ['integers', differences(values)] : ['values', values];
}

/**
 * The values of a column that came over the wire.
 * @param count how many there are
 * @throws where it is no column, or holds another number of values
 */
export function unpack(column: unknown, count: number): readonly unknown[] {
  assert(isArray(column));
  const [kind, head, rest] = column;
  switch (kind) {
    case 'same':
      return new Array(count).fill(head);
    case 'null':
      return spread(head, rest, count).map((value) => (value === MISSING ? null : value));
    case 'object':
      return unpackObjects(head, count);
    case 'tuple': {
      assert(isArray(head));
      const parts = head.map((part) => unpack(part, count));
      return times(count, (index) => parts.map((part) => part[index]));
    }
    case 'strings':
      assert(isInteger(head));
      return cut(rest, head, count);
    case 'uuids': {
      const ends = cut(rest, UUID_END, count);
      return sums(head, count).map((time, index) => joinUuid(time, ends[index] ?? ''));
    }
    case 'integers':
      return sums(head, count);
    default:
      assert(kind === 'values' && isArray(head) && head.length === count);
      return head;
  }
}

const MISSING = Symbol('missing');

function packMembers(objects: readonly JsonObject[]): {
  readonly [name: string]: Column | readonly ['missing', Mask, Column];
} {
  const names = new Set(objects.flatMap((object) => Object.keys(object)));
  return Object.fromEntries(
    Array.from(names, (name) => {
      const holders = objects.filter((object) => Object.hasOwn(object, name));
      const column = pack(holders.map((object) => object[name]));
      const isWhole = holders.length === objects.length;
      return [name, isWhole ? column : ['missing', maskOf(objects, (object) => Object.hasOwn(object, name)), column]];
    }),
  );
}

function unpackObjects(members: unknown, count: number): readonly JsonObject[] {
  assert(isObject(members));
  const columns = Object.entries(members).map(([name, member]) => {
    const isPartial = isArray(member) && member[0] === 'missing';
    return { name, values: isPartial ? spread(member[1], member[2], count) : unpack(member, count) };
  });
  return times(count, (index) => {
    const entries = columns.map(({ name, values }) => [name, values[index]] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== MISSING));
  });
}

function maskOf<T>(values: readonly T[], isThere: (value: T) => boolean): Mask {
  return values.map((value) => (isThere(value) ? '1' : '0')).join('');
}

/** A column's values at the places that its mask gives them. */
function spread(mask: unknown, column: unknown, count: number): readonly unknown[] {
  assert(isString(mask) && mask.length === count);
  const places = [...mask];
  const present = unpack(column, places.filter((place) => place === '1').length);
  let next = 0;
  return places.map((place) => (place === '1' ? present[next++] : MISSING));
}

/** A UUIDv7 begins with the time, which a page has in order. */
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_END = 19;
/** Two halves that stand side by side would make one character that was in neither string. */
const HALF_CHARACTER = /\p{Surrogate}/u;

function packStrings(strings: readonly string[]): Column {
  if (strings.every((text) => UUID_V7.test(text))) {
    const plain = strings.map((text) => text.replaceAll('-', ''));
    const starts = differences(plain.map((hex) => Number.parseInt(hex.slice(0, 12), 16)));
    return ['uuids', starts, plain.map((hex) => hex.slice(13)).join('')];
  }
  const width = strings[0]?.length ?? 0;
  const fit = strings.every((text) => text.length === width && !HALF_CHARACTER.test(text));
  return fit ? ['strings', width, strings.join('')] : ['values', strings];
}

function joinUuid(time: number, end: string): string {
  const start = time.toString(16).padStart(12, '0');
  return `${start.slice(0, 8)}-${start.slice(8)}-7${end.slice(0, 3)}-${end.slice(3, 7)}-${end.slice(7)}`;
}

function cut(joined: unknown, width: number, count: number): readonly string[] {
  assert(isString(joined) && joined.length === width * count);
  const pieces = times(count, (index) => joined.slice(index * width, (index + 1) * width));
  assert(!pieces.some((piece) => HALF_CHARACTER.test(piece)));
  return pieces;
}

function differences(integers: readonly number[]): readonly number[] {
  return integers.map((value, index) => value - (integers[index - 1] ?? 0));
}

function sums(steps: unknown, count: number): readonly number[] {
  assert(isArray(steps) && steps.length === count && steps.every(isInteger));
  let sum = 0;
  return steps.map((step) => (sum += step));
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

type JsonObject = { readonly [name: string]: unknown };

function isPresent(value: unknown): boolean {
  return value !== null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Small enough that the difference of two is exact as well; and minus zero is no integer. */
function isModest(value: unknown): value is number {
  return isInteger(value) && Math.abs(value) < 2 ** 52 && !Object.is(value, -0);
}

function assert(holds: boolean): asserts holds {
  if (!holds) throw new Error('not a column');
}
