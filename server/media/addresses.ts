/** Whether a host is named or numbered so that it can only be on a private network. */
export function isPrivateHost(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (name.startsWith('[')) return !isPublicAddress(name.slice(1, -1));
  if (V4.test(name)) return !isPublicAddress(name);
  return !name.includes('.') || PRIVATE_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

/** Whether an IP address, v4 or v6, is one of the public internet. What it cannot read is not. */
export function isPublicAddress(address: string): boolean {
  if (V4.test(address)) return isV4(address) && !inAny(PRIVATE_V4, toNumber(address));
  const groups = expandV6(address);
  if (!groups) return false;
  // Of IPv6 only 2000::/3 is in use. Mapped, translated, local and unspecified ones lie outside it.
  const [first = 0, second = 0] = groups;
  return first >> 13 === 1 && !inAny(RESERVED_V6, first * 65_536 + second);
}

const V4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const PRIVATE_SUFFIXES = [
  '.localhost',
  '.local',
  '.internal',
  '.intranet',
  '.private',
  '.corp',
  '.home',
  '.lan',
  '.home.arpa',
  '.test',
  '.onion',
];

type Block = readonly [network: number, bits: number];

const PRIVATE_V4: readonly Block[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Public by its number, and yet the metadata and DNS of whoever asks from within Azure.
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
].map((block): Block => {
  const [network = '', bits] = block.split('/');
  return [toNumber(network), Number(bits)];
});

/** By their first 32 bits: Teredo and other special uses, documentation, 6to4. */
const RESERVED_V6: readonly Block[] = [
  [0x2001_0000, 23],
  [0x2001_0db8, 32],
  [0x2002_0000, 16],
  [0x3fff_0000, 20],
];

function inAny(blocks: readonly Block[], address: number): boolean {
  return blocks.some(([network, bits]) => Math.floor((address - network) / 2 ** (32 - bits)) === 0);
}

function isV4(address: string): boolean {
  return address.split('.').every((part) => Number(part) <= 255);
}

function toNumber(v4: string): number {
  return v4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The eight groups of an IPv6 address; null for what is none. */
function expandV6(address: string): readonly number[] | null {
  const [before = '', after, ...more] = address.split('%')[0]?.split('::') ?? [];
  if (more.length > 0) return null;
  const [head, tail] = [groupsOf(before), groupsOf(after ?? '')];
  const missing = 8 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return groups.every((group) => group >= 0 && group <= 0xffff) ? groups : null;
}

function groupsOf(part: string): number[] {
  if (part === '') return [];
  return part.split(':').map((group) => (/^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : -1));
}
