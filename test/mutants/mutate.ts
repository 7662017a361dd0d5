/** Mutants of one function: each has one event dropped, moved or swapped, or one lock weakened. */

import type { Parser } from 'web-tree-sitter';
import { primitiveOf } from '../../server/src/kernel/primitives.js';
import { mask } from '../../server/src/lower/mask.js';
import { parse, type Node } from '../../server/src/lower/parser.js';

export interface Mutant {
  /** e.g. `drop inode_dio_begin#1`. */
  readonly name: string;
  /** The whole function. */
  readonly text: string;
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An event: the call of a primitive, and the statement of a block that it stands in. */
interface Event {
  readonly name: string;
  readonly call: Node;
  readonly statement: Node;
}

/** Locks whose exclusive mode has a weaker one, as text: both the taking and the dropping change. */
const WEAKER: readonly (readonly [exclusive: RegExp, shared: string])[] = [
  [/\binode_(lock|unlock)\(/g, 'inode_$1_shared('],
  [/\bfilemap_invalidate_(lock|unlock)\(/g, 'filemap_invalidate_$1_shared('],
  [/\b(down|up)_write\(/g, '$1_read('],
  [/\bXFS_(IOLOCK|MMAPLOCK)_EXCL\b/g, 'XFS_$1_SHARED'],
];

export function mutantsOf(parser: Parser, text: string): readonly Mutant[] {
  const tree = parse(parser, mask(text));
  const events = eventsIn(tree.rootNode);
  const mutants = [
    ...events.flatMap((event, at) => eventMutants(event, `${event.name}#${at + 1}`, text)),
    ...unlocked(events, text),
    ...weakened(text),
  ];
  tree.delete();
  return mutants.filter((mutant) => mutant.text !== text);
}

function eventsIn(root: Node): readonly Event[] {
  return root.descendantsOfType('call_expression').flatMap((call) => {
    const name = call.childForFieldName('function')?.text ?? '';
    const args = call.childForFieldName('arguments')?.namedChildren ?? [];
    const statement = statementOf(call);
    const isEvent =
      primitiveOf(
        name,
        args.map((arg) => arg?.text ?? ''),
      ) !== null;
    return isEvent && statement ? [{ name, call, statement }] : [];
  });
}

/** The statement around a node that stands in a block of its own right. */
function statementOf(node: Node): Node | null {
  for (let at: Node | null = node; at; at = at.parent) {
    if (at.parent?.type === 'compound_statement') return at;
  }
  return null;
}

function eventMutants(event: Event, label: string, text: string): readonly Mutant[] {
  return [...dropped(event, label, text), ...moved(event, label, text)];
}

/** The event does not happen; where its value is asked for, it is what a call without effect gives. */
function dropped({ call }: Event, label: string, text: string): readonly Mutant[] {
  const { parent } = call;
  const whole = (value: string): string =>
    edited(text, [{ start: call.startIndex, end: call.endIndex, text: value }]);
  if (parent?.type === 'expression_statement') return [{ name: `drop ${label}`, text: whole('(void)0') }];
  return [
    { name: `drop ${label}, giving 0`, text: whole('0') },
    { name: `drop ${label}, giving 1`, text: whole('1') },
  ];
}

/** The event's statement changes places with the next one that has an event, or goes to an end of its block. */
function moved({ statement }: Event, label: string, text: string): readonly Mutant[] {
  if (statement.type !== 'expression_statement') return [];
  const block = statement.parent!.namedChildren.filter((one): one is Node => one !== null);
  const at = block.findIndex((one) => one.id === statement.id);
  const next = block.slice(at + 1).find((one) => eventsIn(one).length > 0 && !isJump(one));
  const first = block.find((one) => one.type !== 'declaration' && one.type !== 'comment');
  const last = block.findLast((one) => !isJump(one));
  const mutants: Mutant[] = [];
  if (next) mutants.push({ name: `swap ${label} with what follows`, text: swapped(text, statement, next) });
  if (first && first.startIndex < statement.startIndex)
    mutants.push({ name: `move ${label} to the start of its block`, text: before(text, statement, first) });
  if (last && last.startIndex > statement.startIndex && last.id !== next?.id)
    mutants.push({ name: `move ${label} to the end of its block`, text: after(text, statement, last) });
  return mutants;
}

const isJump = (node: Node): boolean => /^(?:return|goto|break|continue|labeled)_statement$/.test(node.type);

const swapped = (text: string, one: Node, other: Node): string =>
  edited(text, [
    { start: one.startIndex, end: one.endIndex, text: other.text },
    { start: other.startIndex, end: other.endIndex, text: one.text },
  ]);

const before = (text: string, one: Node, place: Node): string =>
  edited(text, [
    { start: place.startIndex, end: place.startIndex, text: `${one.text}\n` },
    { start: one.startIndex, end: one.endIndex, text: ';' },
  ]);

const after = (text: string, one: Node, place: Node): string =>
  edited(text, [
    { start: one.startIndex, end: one.endIndex, text: ';' },
    { start: place.endIndex, end: place.endIndex, text: `\n${one.text}` },
  ]);

/** A function that takes and drops a lock does neither. */
function unlocked(events: readonly Event[], text: string): readonly Mutant[] {
  const taking = events.filter(({ name }) => /lock(?:_shared)?$|^down_/.test(name) && !/unlock/.test(name));
  const dropping = events.filter(({ name }) => /unlock(?:_shared)?$|^up_/.test(name));
  const names = new Set(taking.map(({ name }) => name));
  return [...names].flatMap((name) => {
    const opposite = name.replace(/lock/, 'unlock').replace(/^down_/, 'up_');
    const all = [
      ...taking.filter((one) => one.name === name),
      ...dropping.filter((one) => one.name === opposite),
    ];
    const plain = all.every(({ call }) => call.parent?.type === 'expression_statement');
    if (!plain || all.length < 2) return [];
    const nothing = all.map(({ call }) => ({ start: call.startIndex, end: call.endIndex, text: '(void)0' }));
    return [{ name: `no ${name}`, text: edited(text, nothing) }];
  });
}

const weakened = (text: string): readonly Mutant[] =>
  WEAKER.map(([exclusive, shared]) => ({
    name: `weaken ${exclusive.source.replace(/\\b|\\\(|[()]/g, '')}`,
    text: text.replace(exclusive, shared),
  }));

function edited(text: string, replacements: readonly Replacement[]): string {
  return [...replacements]
    .sort((a, b) => b.start - a.start)
    .reduce((old, { start, end, text: by }) => old.slice(0, start) + by + old.slice(end), text);
}
