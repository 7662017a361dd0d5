/** The instructions of one function while they are being made: labels, loops, temporaries. */

import type { FunctionText, Origin } from '../source/text.js';
import type { FunctionCode, Instruction, Local, Pure, Site } from './instruction.js';
import type { Node } from './parser.js';

type Draft = Instruction | { readonly kind: 'label'; readonly id: number };

/** A lock that is given back where its block is left. */
interface Guard {
  readonly unlock: string;
  readonly args: readonly Pure[];
  /** The guard as it stands. */
  readonly text: string;
  readonly node: Node;
  /** What it guards: its block, or the statement behind it. */
  readonly scope: Node;
}

/** Where a `break` or `continue` goes, and how many guards are held there. */
export interface LoopEnd {
  readonly label: number;
  readonly guards: number;
}

/** Jump targets while flattening are label ids; `finish` turns them into instruction indices. */
export class Flattening {
  readonly #drafts: Draft[] = [];
  readonly #named = new Map<string, number>();
  readonly #breaks: LoopEnd[] = [];
  readonly #continues: LoopEnd[] = [];
  #labels = 0;
  #temps = 0;
  readonly locals = new Map<string, Local>();
  /** Of the blocks that are open here, outermost first. */
  readonly guards: Guard[] = [];

  constructor(
    readonly text: FunctionText,
    /** Makes what a statement does; expressions need it for `({ ... })`. */
    readonly statement: (flow: Flattening, node: Node) => void,
  ) {}

  site(node: Node): Site {
    const row = Math.min(node.startPosition.row, this.text.lines.length - 1);
    const origin: Origin = this.text.lines[row]!.origin;
    return { function: this.text.name, origin };
  }

  emit(instruction: Instruction): void {
    this.#drafts.push(instruction);
  }

  newTemp(): number {
    return this.#temps++;
  }

  newLabel(): number {
    return this.#labels++;
  }

  place(label: number): void {
    this.#drafts.push({ kind: 'label', id: label });
  }

  assign(target: Pure, op: string, value: Pure, node: Node): void {
    this.emit({ kind: 'assign', target, op, value, site: this.site(node) });
  }

  jump(to: number, node: Node): void {
    this.emit({ kind: 'jump', to, site: this.site(node) });
  }

  namedLabel(name: string): number {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const label = this.newLabel();
    this.#named.set(name, label);
    return label;
  }

  insideLoop(onBreak: number, onContinue: number, body: () => void): void {
    const guards = this.guards.length;
    this.#breaks.push({ label: onBreak, guards });
    this.#continues.push({ label: onContinue, guards });
    body();
    this.#breaks.pop();
    this.#continues.pop();
  }

  insideSwitch(onBreak: number, body: () => void): void {
    this.#breaks.push({ label: onBreak, guards: this.guards.length });
    body();
    this.#breaks.pop();
  }

  get breakTarget(): LoopEnd | undefined {
    return this.#breaks.at(-1);
  }

  get continueTarget(): LoopEnd | undefined {
    return this.#continues.at(-1);
  }

  /** Resolves labels to instruction indices. A goto to a label that is not there ends the function. */
  finish(parameters: readonly Local[], site: Site): FunctionCode {
    const index = new Map<number, number>();
    const kept: Instruction[] = [];
    for (const draft of this.#drafts) {
      if (draft.kind === 'label') index.set(draft.id, kept.length);
      else kept.push(draft);
    }
    kept.push({ kind: 'return', value: null, site });
    const end = kept.length - 1;
    const target = (label: number): number => index.get(label) ?? end;
    const instructions = kept.map((instruction): Instruction => {
      if (instruction.kind === 'jump') return { ...instruction, to: target(instruction.to) };
      if (instruction.kind !== 'branch') return instruction;
      return { ...instruction, then: target(instruction.then), else: target(instruction.else) };
    });
    const undeclared = new Set(instructions.flatMap((one) => this.#assignedUndeclared(one)));
    for (const name of undeclared) this.locals.set(name, { name, type: '', pointer: false, boolean: false });
    return {
      name: this.text.name,
      path: this.text.path,
      parameters,
      locals: this.locals,
      undeclared,
      instructions,
      site,
    };
  }

  #assignedUndeclared(one: Instruction): readonly string[] {
    if (one.kind !== 'assign' || one.op !== '=' || one.target.kind !== 'name') return [];
    const { name } = one.target;
    return one.site.origin.kind === 'patch' && /^[a-z]/.test(name) && !this.locals.has(name) ? [name] : [];
  }
}
