/** One line of base64 holds several lines of a patch; what is found on it does not hang on that. */

import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { report } from './patches.js';

const EXAMPLES = 'examples';

const ENCODED = `From: A Developer <dev@example.org>
Subject: [PATCH] one
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

`;

const found = async (text: string) =>
  (await report(text)).findings
    .map(
      ({ property, change, function: name, scenarios }) =>
        `${property} ${change} ${name} ${scenarios.join(' ')}`,
    )
    .sort();

describe('a patch in base64', () => {
  const plain = readdirSync(EXAMPLES).filter((name) => name.endsWith('.patch'));

  it.each(plain)('%s: has the findings of the same patch as it is', async (name) => {
    const text = readFileSync(`${EXAMPLES}/${name}`, 'utf8');
    const diff = text.slice(text.indexOf('diff --git'));
    const dated = (headers: string) =>
      headers.replace('Subject:', `Date: ${/^Date: (.*)$/m.exec(text)?.[1] ?? ''}\nSubject:`);
    const bare = dated(ENCODED).replace(/Content-Transfer.*\n/, '');
    const lines = Buffer.from(diff).toString('base64').replace(/.{76}/g, '$&\n');
    expect(await found(`${dated(ENCODED)}${lines}\n`)).toEqual(await found(`${bare}${diff}`));
  });
});
