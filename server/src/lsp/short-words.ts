/** A step in a dozen characters, for the end of a line that shows the code itself. */

import type { TimelineStep } from '../review/report.js';
import { mainEffect } from './steps-that-matter.js';

/** `i_dio_count 0→1` and a little more: `page uptodate 0→1` fits. */
const LONGEST = 18;

const cut = (text: string, longest = LONGEST): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text;

/** What is said of something: where both do not fit, what is said stays whole. */
function about(name: string, said: string): string {
  const room = LONGEST - said.length;
  return room < 2 ? cut(said.trim()) : cut(name, room) + said;
}

/** Values of a page, a block or the disk may be two words. */
const TRANSITION = /^(.+?) (?:old data|data \d+|\S+)→(.+)$/s;

/** `block unwritten→mapped` becomes `block →mapped`: what was there before is missed least. */
function shortEffect(effect: string): string {
  const [, name, now] = TRANSITION.exec(effect) ?? [];
  if (effect.length <= LONGEST || name === undefined) return cut(effect);
  return about(name, ` →${now!}`);
}

/** The field that is read, or else the call without its arguments. */
const nameIn = (call: string): string => /(?:->|\.)(\w+)\W*$/.exec(call)?.[1] ?? call.replace(/\(.*$/s, '');

function shortText(text: string): string {
  const [, call, seen] = /^(.*?): (.+)$/s.exec(text) ?? [];
  if (call === undefined || seen === undefined) return cut(text.replace(/\(.*$/s, ''));
  const read = /^reads (.+)$/s.exec(seen)?.[1];
  if (read === undefined) return cut(seen);
  return about(nameIn(call), /^[<>]/.test(read) ? ` ${read}` : `: ${read}`);
}

/** What the step changes, or what it saw, or what it is. */
export function shortWords(step: TimelineStep): string {
  const effect = mainEffect(step);
  const words = effect === null ? shortText(step.text) : shortEffect(effect);
  return step.reordered === undefined ? words : `${words} (${step.reordered})`;
}
