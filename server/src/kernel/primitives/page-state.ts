/** What the page of the scenario is to an actor that has looked it up, and what happens to it on its way. */

import type { Assignment, Expr } from '../../sim/program.js';
import { both, equals, not, register, to } from '../fragment.js';
import { BUFFER, CONTENT, PTE, type BlockVariables, type Model } from '../model.js';
import { ONE } from '../value.js';
import type { PrimitiveCall } from './primitive.js';

export const cached = (model: Model): Expr => equals(model.nrpages, 1);
export const lockFree = (model: Model): Expr => both(cached(model), equals(model.locked, 0));

/** The path has looked a page up: from then on `holds` tells whether it is still the one in the cache. */
export const FOUND = register('page', ONE);
export const lookedUp = (call: PrimitiveCall): boolean => call.register('page').kind === 'int';
export const current = ({ self }: PrimitiveCall): Expr => equals(self.holds, 1);
export const found = (call: PrimitiveCall): Assignment => to(call.self.holds, 1);

/** A new page in the cache: locked, clean, not up to date. Tree insertion is under the xarray lock. */
export const inserted = (model: Model): Assignment[] => [
  to(model.nrpages, 1),
  to(model.locked, 1),
  to(model.uptodate, 0),
  to(model.dirty, 0),
  to(model.tagged, 0),
  ...model.blocks.map((block) => to(block.page, CONTENT.nothing)),
  ...model.blocks.flatMap(({ buffer }) => (buffer === null ? [] : [to(buffer, BUFFER.unmapped)])),
];

/** The page holds something for the block: its buffer is up to date. */
export const isFilled = ({ page }: BlockVariables): Expr => not(equals(page, CONTENT.nothing));

/** The actor's data is in the page: from here on it must not get lost. */
export const stored = ({ self }: PrimitiveCall): Assignment[] =>
  self.stored === null ? [] : [to(self.stored, 1)];

export const unmapped = (model: Model): Assignment[] => model.actors.map((actor) => to(actor.pte, PTE.none));
