/** What a client hears of a check that goes on. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from 'vscode-languageserver';
import { reportProgress } from '../../server/src/lsp/progress.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

interface Sent {
  readonly kind: string;
  readonly message?: string;
}

const checking = () => {
  const sent: Sent[] = [];
  const connection = {
    sendProgress: (_type: unknown, _token: unknown, value: Sent) => {
      sent.push(value);
      return Promise.resolve();
    },
  } as unknown as Connection;
  const report = reportProgress({
    connection,
    name: 'a.patch',
    token: 'mine',
    makesTokens: false,
    cancel: () => undefined,
  });
  return { sent, report };
};

describe('the progress of a check', () => {
  it('is told ten times a second at most, however many scenarios there are', () => {
    const { sent, report } = checking();
    for (let done = 0; done < 500; done++) {
      report({ done, total: 500, what: 'simulating' });
      vi.advanceTimersByTime(2);
    }
    report('ended');
    const reports = sent.filter(({ kind }) => kind === 'report');
    expect(reports).toHaveLength(10);
    expect(reports.at(-1)?.message).toBe('450 of 500: simulating');
    expect([sent[0]?.kind, sent.at(-1)?.kind]).toEqual(['begin', 'end']);
  });

  it('is told at once where the scenarios take long', () => {
    const { sent, report } = checking();
    for (const done of [0, 1, 2]) {
      report({ done, total: 3, what: 'simulating' });
      vi.advanceTimersByTime(1000);
    }
    expect(sent.flatMap(({ message }) => message ?? [])).toEqual([
      '0 of 3: simulating',
      '1 of 3: simulating',
      '2 of 3: simulating',
    ]);
  });
});
