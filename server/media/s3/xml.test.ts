import { describe, expect, test } from 'vitest';
import { elementsOf, escapeXml, insideOf, textOf } from './xml.ts';

const HEADER = '<?xml version="1.0" encoding="UTF-8"?>';

describe('a document', () => {
  test.each([
    ['plain', '<R><A>1</A></R>'],
    ['with a header', `${HEADER}\n<R><A>1</A></R>\n`],
    ['with a namespace', `${HEADER}<R xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><A>1</A></R>`],
    ['with a byte order mark', `\uFEFF${HEADER}<R><A>1</A></R>`],
    ['after the spaces that keep a slow answer alive', `${HEADER}\n   \n  <R><A>1</A></R>`],
    ['after spaces before its header', `  \n ${HEADER}<R><A>1</A></R>`],
  ])('%s is read', (_, xml) => {
    expect(insideOf(xml, 'R')).toBe('<A>1</A>');
  });

  test.each([
    ['nothing', ''],
    ['a page', '<!doctype html><html><body>Sign in to the Wi-Fi</body></html>'],
    ['another root', '<Error><Code>SlowDown</Code></Error>'],
    ['a root that only begins alike', '<Rest><A>1</A></Rest>'],
    ['the first half', `${HEADER}<R><A>1</A>`],
    ['text around it', 'x<R><A>1</A></R>'],
  ])('%s is not taken for it', (_, xml) => {
    expect(insideOf(xml, 'R')).toBeNull();
  });
});

test('every element of a name comes in order, and none of a longer name', () => {
  const xml = '<Key>a</Key><KeyCount>2</KeyCount><Owner><ID>x</ID></Owner><Key>b</Key><Key></Key>';
  expect(elementsOf(xml, 'Key')).toEqual(['a', 'b', '']);
  expect([textOf(xml, 'ID'), textOf(xml, 'Gone')]).toEqual(['x', null]);
});

test.each([
  ['&quot;abc&quot;', '"abc"'],
  ['&#34;abc&#x22;', '"abc"'],
  ['a &amp;lt; b', 'a &lt; b'],
  ['&lt;&gt;&apos;&amp;', `<>'&`],
  ['&unknown; & &#x110000; &#9999999;', '&unknown; & &#x110000; &#9999999;'],
  ['&#x1F98A;', '🦊'],
])('%s means %s', (written, meant) => {
  expect(textOf(`<A>${written}</A>`, 'A')).toBe(meant);
  expect(textOf(`<A>${escapeXml(meant)}</A>`, 'A')).toBe(meant);
});
