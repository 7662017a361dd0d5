/** The line that is printed for a test. */

import type { Judgement } from './judge.js';
import type { Expected } from './syntax.js';

/** `MP+poonceonces Sometimes 1 3, 4 states`: name, answer and counts are those of herd7's Observation. */
export function lineOf(name: string, judgement: Judgement, expected: Expected | null): string {
  switch (judgement.kind) {
    case 'observation': {
      const { answer, positive, negative, states, race } = judgement;
      const count = `${states.length} ${states.length === 1 ? 'state' : 'states'}`;
      const parts = [`${name} ${answer} ${positive} ${negative}`, count];
      if (race) parts.push('data race');
      if (differs(judgement, expected)) parts.push(`but its Result: is ${resultText(expected!)}`);
      return parts.join(', ');
    }
    case 'unfinished':
      return `${name} Unfinished: ${judgement.why}`;
    case 'unsupported':
      return `${name} Unsupported: ${judgement.what}`;
  }
}

/** Whether the answer is another one than the test's own. A test without an answer differs from nothing. */
export function differs(judgement: Judgement, expected: Expected | null): boolean {
  if (judgement.kind !== 'observation' || expected === null) return false;
  return judgement.answer !== expected.answer || judgement.race !== expected.race;
}

const resultText = ({ answer, race }: Expected): string => (race ? `${answer} DATARACE` : answer);
