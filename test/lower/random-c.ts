/** Small functions of every mixture of C's control flow, and what they call, from the tree they were made of. */

import fc from 'fast-check';

export type Condition =
  | { readonly kind: 'call'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: '&&' | '||'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: '?:'; readonly of: Condition; readonly then: Condition; readonly else: Condition };

export type Statement =
  | { readonly kind: 'do'; readonly name: string }
  | { readonly kind: 'set'; readonly to: Condition }
  | { readonly kind: 'block'; readonly body: readonly Statement[] }
  | { readonly kind: 'if'; readonly of: Condition; readonly then: Statement; readonly else: Statement | null }
  | { readonly kind: 'while' | 'do-while'; readonly of: Condition; readonly body: Statement }
  | { readonly kind: 'for'; readonly of: Condition; readonly step: string; readonly body: Statement }
  | { readonly kind: 'switch'; readonly of: Condition; readonly cases: readonly (readonly Statement[])[] }
  | { readonly kind: 'break' | 'continue' | 'return' };

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({ kind: fc.constant('call' as const), name }),
    fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
    fc.record({
      kind: fc.constantFrom('&&' as const, '||' as const),
      left: tie('condition'),
      right: tie('condition'),
    }),
    fc.record({
      kind: fc.constant('?:' as const),
      of: tie('condition'),
      then: tie('condition'),
      else: tie('condition'),
    }),
  ),
}));

export const { statement } = fc.letrec<{ statement: Statement; body: Statement[] }>((tie) => ({
  body: fc.array(tie('statement'), { maxLength: 3 }),
  statement: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ kind: fc.constant('do' as const), name }),
    fc.record({ kind: fc.constantFrom('break' as const, 'continue' as const, 'return' as const) }),
    fc.record({ kind: fc.constant('set' as const), to: condition }),
    fc.record({ kind: fc.constant('block' as const), body: tie('body') }),
    fc.record({
      kind: fc.constant('if' as const),
      of: condition,
      then: tie('statement'),
      else: fc.option(tie('statement'), { nil: null }),
    }),
    fc.record({
      kind: fc.constantFrom('while' as const, 'do-while' as const),
      of: condition,
      body: tie('statement'),
    }),
    fc.record({ kind: fc.constant('for' as const), of: condition, step: name, body: tie('statement') }),
    fc.record({
      kind: fc.constant('switch' as const),
      of: condition,
      cases: fc.array(tie('body'), { maxLength: 3 }),
    }),
  ),
}));

function conditionText(one: Condition): string {
  switch (one.kind) {
    case 'call':
      return `${one.name}()`;
    case 'not':
      return `!(${conditionText(one.of)})`;
    case '?:':
      return `(${conditionText(one.of)} ? ${conditionText(one.then)} : ${conditionText(one.else)})`;
    default:
      return `(${conditionText(one.left)} ${one.kind} ${conditionText(one.right)})`;
  }
}

export function statementText(one: Statement): string {
  switch (one.kind) {
    case 'do':
      return `${one.name}();`;
    case 'set':
      return `v = ${conditionText(one.to)};`;
    case 'block':
      return `{ ${one.body.map(statementText).join(' ')} }`;
    case 'if':
      return `if (${conditionText(one.of)}) { ${statementText(one.then)} }${one.else ? ` else ${statementText(one.else)}` : ''}`;
    case 'while':
      return `while (${conditionText(one.of)}) ${statementText(one.body)}`;
    case 'do-while':
      return `do { ${statementText(one.body)} } while (${conditionText(one.of)});`;
    case 'for':
      return `for (; ${conditionText(one.of)}; ${one.step}()) ${statementText(one.body)}`;
    case 'switch': {
      const cases = one.cases.map((body, i) => `case ${String(i)}: ${body.map(statementText).join(' ')}`);
      return `switch (${conditionText(one.of)}) { ${cases.join(' ')} }`;
    }
    case 'return':
      return 'return;';
    default:
      return `${one.kind};`;
  }
}

/** The n-th call of a function answers with the n-th number; when all are used up the run is cut. */
export class Oracle {
  readonly trace: string[] = [];

  constructor(readonly answers: readonly number[]) {}

  call(called: string): number {
    const answer = this.answers[this.trace.length];
    if (answer === undefined) throw new Cut();
    this.trace.push(called);
    return answer;
  }
}

/** Thrown when a run has made as many calls as the test has answers for. */
export class Cut extends Error {}

function holds(one: Condition, oracle: Oracle): number {
  switch (one.kind) {
    case 'call':
      return oracle.call(`${one.name}()`);
    case 'not':
      return Number(holds(one.of, oracle) === 0);
    case '&&':
      return Number(holds(one.left, oracle) !== 0 && holds(one.right, oracle) !== 0);
    case '||':
      return Number(holds(one.left, oracle) !== 0 || holds(one.right, oracle) !== 0);
    case '?:':
      return holds(one.of, oracle) === 0 ? holds(one.else, oracle) : holds(one.then, oracle);
  }
}

type Way = 'on' | 'break' | 'continue' | 'return';

function all(body: readonly Statement[], oracle: Oracle): Way {
  for (const one of body) {
    const way = execute(one, oracle);
    if (way !== 'on') return way;
  }
  return 'on';
}

function loop(first: () => boolean, body: Statement, step: () => void, oracle: Oracle): Way {
  while (first()) {
    const way = execute(body, oracle);
    if (way === 'return') return way;
    if (way === 'break') return 'on';
    step();
  }
  return 'on';
}

/** What C does; a break or continue outside of a loop is left out, as it is in the text that is made of it. */
export function execute(one: Statement, oracle: Oracle): Way {
  switch (one.kind) {
    case 'do':
      oracle.call(`${one.name}()`);
      return 'on';
    case 'set':
      holds(one.to, oracle);
      return 'on';
    case 'block':
      return all(one.body, oracle);
    case 'if':
      if (holds(one.of, oracle) !== 0) return execute(one.then, oracle);
      return one.else ? execute(one.else, oracle) : 'on';
    case 'while':
      return loop(
        () => holds(one.of, oracle) !== 0,
        one.body,
        () => undefined,
        oracle,
      );
    case 'do-while': {
      let entered = false;
      const first = (): boolean => !entered || holds(one.of, oracle) !== 0;
      return loop(
        () => (first() ? (entered = true) : false),
        one.body,
        () => undefined,
        oracle,
      );
    }
    case 'for':
      return loop(
        () => holds(one.of, oracle) !== 0,
        one.body,
        () => void oracle.call(`${one.step}()`),
        oracle,
      );
    case 'switch': {
      const value = holds(one.of, oracle);
      const way = value < one.cases.length ? all(one.cases.slice(value).flat(), oracle) : 'on';
      return way === 'break' ? 'on' : way;
    }
    default:
      return one.kind;
  }
}
