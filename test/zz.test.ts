import { it } from 'vitest';
import { readFileSync } from 'fs';
import { readPatches } from '../server/src/diff/read.js';
import { loadEra } from '../server/src/source/bundled.js';
import { placePatch } from '../server/src/source/place.js';
import { matters } from '../server/src/review/placement.js';
it('x', async () => {
  const r = await readPatches(readFileSync(process.env.F!));
  if (!r.ok) throw new Error(r.what);
  for (const p of r.input.patches) { const x = placePatch(p, loadEra(process.env.E as never), matters);
   console.log(JSON.stringify(x.fit), x.unplaced, x.edits.map((e) => e.function + '\n' + e.lines.map((l) => `   ${l.line} ${l.kind} ${l.text}`).join('\n')).join('\n')); }
});
