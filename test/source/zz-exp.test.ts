import { it } from 'vitest';
import { readFileSync } from 'node:fs';
import { splitFile } from '../../server/src/source/functions.js';
import { codeBaseOf } from '../../server/src/source/code-base.js';
import { placePatch } from '../../server/src/source/place.js';
import { withoutEdits } from '../../server/src/source/merged.js';
import {
  code,
  damaged,
  lostBlankLines,
  lostIndentation,
  lostLoneBraces,
  patchOf,
  sourceLines,
  unifiedDiff,
} from './helpers.js';
let seed = 12345;
const rnd = (n: number) => {
  seed = (seed * 1103515245 + 12345) & 0x7fffffff;
  return seed % n;
};
it('exp', () => {
  const M = (t: string) =>
    /inode_dio|filemap_|invalidate|_i?lock|_i?unlock|iflags|ext4_map|iomap_dio|submit_bio|folio_|dirty/.test(
      t,
    );
  for (const file of ['fs/iomap/direct-io.c', 'fs/ext4/inode.c', 'fs/xfs/xfs_file.c']) {
    const text = readFileSync('/tmp/trees/linux-source-6.12/' + file, 'utf8');

    const lines0 = text.split('\n');
    const droppable = (i: number) =>
      /^\t+[a-z_>\-]+[^{}]*;$/.test(lines0[i]!) &&
      /^\t+[^{}]*;$|^$|^\t+.*\{$|^\t+\}$/.test(lines0[i - 1] ?? '') &&
      !M(lines0[i]!) &&
      !/return|goto|break|continue/.test(lines0[i]!);
    const DROP = new Set(lines0.map((_, i) => i).filter((i) => droppable(i) && rnd(100) < 60));
    const sparse = lines0.map((l, i) => (DROP.has(i) ? '' : l)).join('\n');
    const base = codeBaseOf('x', new Map([[file, sourceLines(file, sparse)]]));
    const stats: any = {};
    for (let k = 0; k < 80; k++) {
      const L = text.split('\n');
      const D = L.map((_, i) => DROP.has(i));
      const cand = L.map((l, i) =>
        /^\t+[a-z_>\-]+.*;$/.test(l) && /^\t+.*[;{}]$|^$/.test(L[i - 1]!) ? i : -1,
      ).filter((i) => i > 0);
      const n = 1 + rnd(3);
      const used = new Set<number>();
      const at = Array.from({ length: n }, () => cand[rnd(cand.length)]!)
        .sort((a, b) => b - a)
        .filter((i) => !used.has(i) && used.add(i));
      for (const i of at) {
        const t = rnd(4);
        const ind = /^\t+/.exec(L[i]!)![0];
        if (t === 0) {
          L.splice(i, 0, ind + 'inode_dio_wait(inode);');
          D.splice(i, 0, false);
        } else if (t === 1) {
          L.splice(i, 1);
          D.splice(i, 1);
        } else if (t === 2) L[i] = L[i]!.replace(/\b(inode|ret|pos|folio|map)\b/, '$1_new');
        else
          (L.splice(
            i,
            1,
            ind + 'if (demo(inode)) {',
            ind + '\tinode_dio_wait(inode);',
            ind + '\t' + L[i]!.trim(),
            ind + '}',
          ),
            D.splice(i, 1, false, false, D[i]!, false));
      }
      const after = L.join('\n');
      const afterS = L.map((l, i) => (D[i] ? '' : l)).join('\n');
      const patch = patchOf(unifiedDiff(file, text, after));
      const want = new Map(
        splitFile(file, sourceLines(file, afterS)).functions.map((f) => [
          f.name,
          code(f).join(' ').replace(/\s+/g, ' '),
        ]),
      );
      for (const [dn, dm] of Object.entries({
        none: (x: any) => x,
        ind: lostIndentation,
        blank: lostBlankLines,
        both: (x: any) => lostBlankLines(lostIndentation(x)),
        braces: lostLoneBraces,
        all: (x: any) => lostLoneBraces(lostIndentation(x)),
      })) {
        const pl = placePatch(damaged(patch, dm as any), base, M);
        let ok = true;
        let bad = '';
        for (const [n, w] of want) {
          const g = code(pl.after.universe.get(n)).join(' ').replace(/\s+/g, ' ');
          if (g !== w) {
            ok = false;
            bad = n;
          }
        }
        const s = (stats[dn] ??= { ok: 0, unplaced: 0, wrong: 0, ms: 0 });
        if (globalThis.process.env.SHOW === dn && pl.unplaced.length)
          console.log(
            'UNPLACED',
            dn,
            pl.unplaced.map((u) => u.line + ' ' + u.reason).join('\n'),
            '\n',
            unifiedDiff(file, text, after),
          );
        if (pl.unplaced.length) {
          s.unplaced++;
          if (0)
            console.log(
              'UNPLACED',
              dn,
              pl.unplaced[0],
              unifiedDiff(file, text, after).split('\n').slice(0, 40).join('\n'),
            );
        } else if (ok) s.ok++;
        else {
          s.wrong++;
          if (s.wrong <= 9 && (dn === 'none' || dn === 'ind'))
            console.log(
              'WRONG',
              file,
              dn,
              bad,
              '\n' + unifiedDiff(file, text, after),
              '\n',
              (() => {
                const A = (want.get(bad) ?? '').replace(/([;{}:])/g, '$1\n').split('\n'),
                  B = code(pl.after.universe.get(bad))
                    .join(' ')
                    .replace(/\s+/g, ' ')
                    .replace(/([;{}:])/g, '$1\n')
                    .split('\n');
                let i = 0;
                while (i < A.length && A[i] === B[i]) i++;
                let j = 0;
                while (j < A.length && A.at(-1 - j) === B.at(-1 - j)) j++;
                return (
                  'WANT\n' +
                  A.slice(Math.max(0, i - 6), A.length - j + 6).join('\n') +
                  '\nGOT\n' +
                  B.slice(Math.max(0, i - 6), B.length - j + 6).join('\n')
                );
              })(),
            );
        }
        const back = withoutEdits(pl, new Set(pl.edits.map((e) => e.id)));
        for (const n of want.keys())
          if (code(back.get(n)).join(' ') !== code(pl.before.universe.get(n)).join(' '))
            console.log('BACK', n);
      }
    }
    console.log(file, JSON.stringify(stats));
  }
}, 600000);
