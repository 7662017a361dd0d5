import { it } from 'vitest';
import { readFileSync } from 'node:fs';
import { readPatches } from '../../server/src/diff/read.js';
import { bundledEras, loadEra } from '../../server/src/source/bundled.js';
import { chooseEras } from '../../server/src/source/choose-eras.js';
import { placePatch } from '../../server/src/source/place.js';
import { matters } from './helpers.js';
it('perf', async () => {
  for (const f of ['000_aacbbf09d21f9803.txt', '002_6008146da86edc26.txt']) {
    const r = await readPatches(readFileSync('/work/shared/seeds/' + f));
    if (!r.ok) continue;
    const p = r.input.patches[0]!;
    let t = performance.now();
    for (const e of bundledEras()) loadEra(e.id);
    console.log('load', performance.now() - t);
    for (let k = 0; k < 3; k++)
      for (const e of bundledEras()) {
        t = performance.now();
        const pl = placePatch(p, loadEra(e.id), matters);
        console.log(
          f.slice(0, 3),
          e.id,
          (performance.now() - t).toFixed(1),
          JSON.stringify(pl.fit),
          k === 0
            ? pl.unplaced
                .map((u) => u.line + ' ' + u.reason)
                .slice(0, 2)
                .join(' | ')
            : '',
        );
      }
    const c = chooseEras(p, { kernel: null, treeVersion: null }, bundledEras(), (e) =>
      placePatch(p, loadEra(e.id), matters),
    );
    console.log(c.why, p.date);
  }
});
