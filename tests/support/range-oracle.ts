/**
 * What RFC 9110 says to a GET or HEAD of bytes, read from its grammar and looking at every byte: a second
 * opinion that shares no line with what it judges. Where the RFC leaves a choice it is PROTOCOL.md's: several
 * ranges, another unit and what is malformed are answered in full.
 */
import fc from 'fast-check';

export interface RangeRequest {
  readonly method: 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
}

/** What an answer came to, however it came. */
export interface RangeReply {
  readonly status: number;
  readonly contentRange: string | null;
  readonly contentLength: string | null;
  readonly etag: string | null;
  readonly acceptRanges: string | null;
  /** One character a byte. */
  readonly body: string;
}

export interface Judged {
  /** One character a byte. */
  readonly bytes: string;
  /** Strong, quoted. */
  readonly etag: string;
}

export async function readRangeReply(response: Response): Promise<RangeReply> {
  const { status, headers } = response;
  const body = new TextDecoder('latin1').decode(await response.arrayBuffer());
  return {
    status,
    contentRange: headers.get('content-range'),
    contentLength: headers.get('content-length'),
    etag: headers.get('etag'),
    acceptRanges: headers.get('accept-ranges'),
    body,
  };
}

/** Bytes as `Judged` has them; windows-1252 is what a decoder calls latin1, so both sides go through it. */
export function asText(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

/** What the answer has to be; headers that may be left out with that status are not in it. */
export function expectedReply(request: RangeRequest, { bytes, etag }: Judged): Partial<RangeReply> {
  const { method, headers } = request;
  const size = bytes.length;
  const isGet = method === 'GET';
  // 13.2.2: If-None-Match is looked at first, and then nothing else.
  const known = headers['if-none-match'];
  if (known !== undefined && tagsOf(known).some((tag) => tag === '*' || tag === etag || tag === `W/${etag}`)) {
    return { status: 304, etag, contentRange: null, body: '' };
  }
  const chosen = isGet && mayContinue(headers['if-range'], etag) ? chosenBytes(headers.range, size) : 'all';
  if (chosen === 'all') {
    const all = { status: 200, etag, contentRange: null, contentLength: String(size), acceptRanges: 'bytes' };
    return { ...all, body: isGet ? bytes : '' };
  }
  const [first, last] = [chosen[0], chosen.at(-1)];
  if (first === undefined || last === undefined) {
    return { status: 416, contentRange: `bytes */${size}`, contentLength: '0', body: '' };
  }
  return {
    status: 206,
    etag,
    acceptRanges: 'bytes',
    contentRange: `bytes ${first}-${last}/${size}`,
    contentLength: String(chosen.length),
    body: chosen.map((at) => bytes[at]).join(''),
  };
}

/** 13.1.5: by strong comparison; a date cannot match what has none. */
function mayContinue(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange === etag;
}

/** 14.1.1 and 14.1.2, of one range; `all` where the header is to be ignored. */
function chosenBytes(range: string | undefined, size: number): readonly number[] | 'all' {
  if (range === undefined) return 'all';
  const [unit = '', spec = '', ...more] = range.split('=');
  if (unit.toLowerCase() !== 'bytes' || more.length > 0) return 'all';
  const [first = '', last = '', ...rest] = spec.split('-');
  const isNumber = (text: string) => text !== '' && [...text].every((digit) => '0123456789'.includes(digit));
  if (rest.length > 0 || !spec.includes('-') || (first === '' && last === '')) return 'all';
  if (![first, last].every((text) => text === '' || isNumber(text))) return 'all';
  const all = Array.from({ length: size }, (_, at) => at);
  // Numbers of any length: BigInt, so that nothing is rounded.
  if (first === '') return BigInt(last) === 0n ? [] : all.filter((at) => BigInt(size - at) <= BigInt(last));
  if (last !== '' && BigInt(last) < BigInt(first)) return 'all';
  return all.filter((at) => BigInt(at) >= BigInt(first) && (last === '' || BigInt(at) <= BigInt(last)));
}

function tagsOf(header: string): readonly string[] {
  return header.split(',').map((tag) => tag.trim());
}

/** Requests that lie around the edges of a representation, and some that are nothing at all. */
export function rangeRequests(size: number, etag: string): fc.Arbitrary<RangeRequest> {
  const place = fc.oneof(
    fc.nat(size + 3),
    fc.constantFrom(0, 1, size - 1, size, size + 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1),
    fc.constantFrom('00', '007', '99999999999999999999999999', `0${size - 1}`),
  );
  const edge = fc.oneof({ weight: 4, arbitrary: place }, { weight: 1, arbitrary: fc.constant('') });
  const spec = fc.tuple(edge, edge).map(([first, last]) => `${first}-${last}`);
  const range = fc.oneof(
    { weight: 8, arbitrary: spec.map((one) => `bytes=${one}`) },
    { weight: 1, arbitrary: spec.map((one) => `Bytes=${one}`) },
    { weight: 1, arbitrary: fc.tuple(spec, spec).map(([one, other]) => `bytes=${one},${other}`) },
    { weight: 1, arbitrary: fc.tuple(spec, spec).map(([one, other]) => `bytes=${one}, ${other}`) },
    { weight: 1, arbitrary: spec.map((one) => `items=${one}`) },
    { weight: 1, arbitrary: fc.stringMatching(/^bytes[= :]?[-+\da-fx.,= ]{0,9}[-\da-f]$/) },
  );
  const strange = ['"other"', `W/${etag}`, '"', `"other", ${etag}`, 'Wed, 21 Oct 2026 07:28:00 GMT', etag.slice(1, -1)];
  const ifRange = fc.oneof({ weight: 3, arbitrary: fc.constant(etag) }, fc.constantFrom(...strange));
  const ifNoneMatch = fc.constantFrom('"other"', '*', etag, `W/${etag}`, `"a", ${etag} ,"b"`, `"a", W/"b"`);
  const sometimes = (one: fc.Arbitrary<string>, freq: number) => fc.option(one, { nil: null, freq });
  return fc
    .record({
      method: fc.oneof({ weight: 6, arbitrary: fc.constant('GET' as const) }, fc.constant('HEAD' as const)),
      range: sometimes(range, 12),
      'if-range': fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, ifRange),
      'if-none-match': fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, ifNoneMatch),
    })
    .map(({ method, ...headers }) => ({
      method,
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
      ),
    }));
}
