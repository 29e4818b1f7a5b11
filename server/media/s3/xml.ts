/**
 * The little XML that S3 speaks: elements with text or elements in them, attributes on the root alone,
 * no element within another of its name. Anything else is not taken for an answer.
 */

const ESCAPED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What is inside the root, where the document is whole and has that root; else null. */
export function insideOf(xml: string, root: string): string | null {
  const document = xml.replace(/^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*/, '').trimEnd();
  return new RegExp(`^<${root}(?:\\s[^>]*)?>([^]*)</${root}>$`).exec(document)?.[1] ?? null;
}

/** What is inside each element of that name, in order. */
export function elementsOf(xml: string, name: string): readonly string[] {
  return Array.from(xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, 'g')), ([, inner = '']) => inner);
}

/** The text of the first element of that name; null where there is none. */
export function textOf(xml: string, name: string): string | null {
  const [inner] = elementsOf(xml, name);
  return inner === undefined ? null : decode(inner);
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);
}

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ESCAPED[String(name).toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
