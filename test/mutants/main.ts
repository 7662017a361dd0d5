/**
 * `npm run mutants -- ERA [FUNCTION]...`: one line for each mutant of the era's bundled functions, and how many of each
 * kind. A survivor is either harmless, and test/mutants/harmless.ts says why, or a step or a property is missing.
 */

import { Code } from '../../server/src/lower/code.js';
import { cParser } from '../../server/src/lower/parser.js';
import { bundledEras, loadEra } from '../../server/src/source/bundled.js';
import { whyHarmless } from './harmless.js';
import { Release } from './judge.js';
import { mutantsOf } from './mutate.js';

void main(process.argv.slice(2));

async function main([id, ...names]: readonly string[]): Promise<void> {
  const era = bundledEras().find((one) => one.id === id);
  if (!era) {
    const known = bundledEras().map((one) => one.id);
    process.stderr.write(`mutants: ${id ?? 'no era given'}: give one of ${known.join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  const parser = await cParser();
  const release = new Release(new Code(parser, loadEra(era.id)));
  const counts = new Map<string, number>();
  for (const text of release.functions()) {
    if (names.length > 0 && !names.includes(text.name)) continue;
    for (const mutant of mutantsOf(parser, text.lines.map((line) => line.text).join('\n'))) {
      const name = `${text.name}: ${mutant.name}`;
      const said = release.judge(text, mutant.text);
      const harmless = said.kind === 'survivor' ? whyHarmless(name) : null;
      const kind = harmless === null ? said.kind : 'harmless';
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const how = harmless ?? ('how' in said ? said.how : '');
      process.stdout.write(`${kind.padEnd(13)} ${name}  ${how}\n`);
    }
  }
  for (const [kind, count] of [...counts].sort()) process.stdout.write(`${count} ${kind}\n`);
}
