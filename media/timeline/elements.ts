/** DOM without a framework. Text comes from patches, which are hostile input: it only ever becomes a text node. */

type Attributes = Readonly<Record<string, string | number | boolean | null>>;
export type Child = Node | string;

/** An element; an attribute that is null or false is left out, one that is true is there without a value. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children.map((child) => (typeof child === 'string' ? plain(child) : child)));
  return made;
}

/** Characters that turn the direction of reading would make code look like other code. */
const plain = (text: string): string => text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? '' : String(value));
  }
}

export function button(label: Child, attributes: Attributes, press: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', press);
  return made;
}

/** C in a narrow column: it may be broken after an underscore, an opening bracket, a comma or a slash, and before an arrow. */
export const breakable = (text: string): Child[] =>
  text.split(/(?<=[_(,/])(?=\w)|(?=->)/).flatMap((piece, i) => (i === 0 ? [piece] : [element('wbr'), piece]));

const SVG = 'http://www.w3.org/2000/svg';

/** A shape in a field of 12 by 12, hidden from screen readers: something beside it says the same. */
export function shape(className: string, path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const drawn = document.createElementNS(SVG, 'path');
  setAttributes(svg, { class: className, viewBox: '0 0 12 12', 'aria-hidden': 'true' });
  setAttributes(drawn, { d: path });
  svg.append(drawn);
  return svg;
}

/** Actors differ in shape as well as in colour: disc, square, triangle, diamond. */
const MARKS: readonly string[] = [
  'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z',
  'M2 2h8v8h-8z',
  'M6 1l5 9.5h-10z',
  'M6 .5l5.5 5.5l-5.5 5.5l-5.5-5.5z',
];

/** The mark of an actor; its heading names it. */
export const actorMark = (actor: number): SVGSVGElement => shape('mark', MARKS[actor % MARKS.length]!);

export const actorClass = (actor: number): string => `actor-${actor % MARKS.length}`;
