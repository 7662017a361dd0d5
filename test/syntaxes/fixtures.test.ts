/** What the grammars make of mails, diffs and timelines, said in the fixtures themselves. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf, parseFixture } from './annotated-fixture.js';
import { grammarOf, root, tokenise } from './grammars.js';

const folder = join(root, 'test/syntaxes/fixtures');

describe.each(readdirSync(folder).sort())('%s', (file) => {
  const fixture = parseFixture(readFileSync(join(folder, file), 'utf8'));

  it(`${fixture.scope}: ${fixture.title}`, async () => {
    const tokens = tokenise(await grammarOf(fixture.scope), fixture.lines);
    const failures = fixture.expectations.map((expected) => failureOf(expected, fixture, tokens));
    expect(fixture.expectations).not.toHaveLength(0);
    expect(failures.filter((failure) => failure !== null).join('\n')).toBe('');
  });
});
