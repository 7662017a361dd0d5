/** Runs flattened instructions as C would, with the answers of a test: what is called, in which order. */

import type { FunctionCode, Pure } from '../../server/src/lower/instruction.js';
import { pureText } from '../../server/src/lower/evaluate.js';

/** What a call (as written) or a name is; a list is used up one by one, for what is asked again. */
export type Answers = Readonly<Record<string, number | readonly number[]>> | ((call: string) => number);

const COMPUTE: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '|': (a, b) => a | b,
  '&': (a, b) => a & b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
};

class Machine {
  readonly #values = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  readonly trace: string[] = [];

  constructor(
    readonly code: FunctionCode,
    readonly answers: Answers,
  ) {}

  run(): void {
    const { instructions } = this.code;
    let at = 0;
    for (let steps = 0; steps < 10_000; steps++) {
      const one = instructions[at]!;
      at += 1;
      if (one.kind === 'jump') at = one.to;
      else if (one.kind === 'branch') at = this.#value(one.condition) === 0 ? one.else : one.then;
      else if (one.kind === 'assign') this.#assign(pureText(one.target), one.op, one.value);
      else if (one.kind === 'unread') this.trace.push(`unread: ${one.text}`);
      else if (one.kind === 'call') {
        this.trace.push(one.text);
        this.#values.set(`#${String(one.result)}`, this.#answer(one.text) ?? 0);
      } else if (one.kind === 'return') {
        if (one.value) this.trace.push(`return ${this.#shown(one.value)}`);
        return;
      }
    }
    throw new Error('runs for ever');
  }

  #assign(target: string, op: string, value: Pure): void {
    if (value.kind === 'opaque') return;
    const right = this.#value(value);
    const old = (): number => this.#values.get(target) ?? this.#answer(target) ?? 0;
    this.#values.set(target, op === '=' ? right : COMPUTE[op.slice(0, -1)]!(old(), right));
  }

  #answer(text: string): number | undefined {
    if (typeof this.answers === 'function') return this.answers(text);
    const answer = this.answers[text];
    if (answer === undefined || typeof answer === 'number') return answer;
    const asked = this.#asked.get(text) ?? 0;
    this.#asked.set(text, asked + 1);
    return answer[asked];
  }

  #shown(pure: Pure): string {
    return pure.kind === 'opaque' ? pure.text : String(this.#value(pure));
  }

  #value(pure: Pure): number {
    switch (pure.kind) {
      case 'int':
        return pure.value;
      case 'temp':
        return this.#values.get(`#${String(pure.id)}`)!;
      case 'not':
        return Number(this.#value(pure.of) === 0);
      case 'negate':
        return -this.#value(pure.of);
      case 'complement':
        return ~this.#value(pure.of);
      case 'binary':
        return COMPUTE[pure.op]!(this.#value(pure.left), this.#value(pure.right));
      case 'choice':
        return this.#value(this.#value(pure.condition) === 0 ? pure.else : pure.then);
      default: {
        const text = pureText(pure);
        const known = this.#values.get(text) ?? this.#answer(text);
        if (known === undefined) throw new Error(`nothing says what ${text} is`);
        return known;
      }
    }
  }
}

/** Calls and the value returned, in the order in which they happen. */
export function trace(code: FunctionCode, answers: Answers = {}): readonly string[] {
  const machine = new Machine(code, answers);
  machine.run();
  return machine.trace;
}
