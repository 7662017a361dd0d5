/** The pictures on the buttons; no font has them all. */

import { shape } from './elements.js';

const PATHS = {
  first: 'M2 2h1.5v8H2zM10 2v8L4.5 6z',
  previous: 'M9 1.5v9L3 6z',
  next: 'M3 1.5v9L9 6z',
  last: 'M8.5 2H10v8H8.5zM2 2v8l5.5-4z',
};

export const icon = (name: keyof typeof PATHS): SVGSVGElement => shape('icon', PATHS[name]);
