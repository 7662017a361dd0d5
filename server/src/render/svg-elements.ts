/** SVG text. Patch text is hostile input: everything that is not written here is escaped here. */

import { printable } from './width.js';

type Attributes = Readonly<Record<string, string | number>>;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => printable(text).replace(/[&<>"]/g, (char) => ENTITIES[char]!);

const opening = (name: string, attributes: Attributes): string =>
  [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(String(value))}"`)].join(' ');

/** `children` are elements already. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  if (children.length === 0) return `<${opening(name, attributes)}/>`;
  return `<${opening(name, attributes)}>\n${children.join('\n')}\n</${name}>`;
}

export const textElement = (name: string, attributes: Attributes, text: string): string =>
  `<${opening(name, attributes)}>${escaped(text)}</${name}>`;
