import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadEra } from '../../server/src/source/bundled.js';
import { pathsFolder } from '../../server/src/source/paths-folder.js';
import { chooseEras, type EraOptions, type Places } from '../../server/src/source/choose-eras.js';
import { eraOf, ERAS, type Era } from '../../server/src/source/eras.js';
import { placePatch, type Fit, type Placement } from '../../server/src/source/place.js';
import { parseRelease, releasesAround } from '../../server/src/source/releases.js';
import { bundled, matters, patchOf } from './helpers.js';

const PATCH = patchOf('--- a/f.c\n+++ b/f.c\n@@ -1 +1 @@\n a();\n');
const EMPTY = placePatch(PATCH, bundled('f.c', ''), matters);

const forwards = (place: (era: Era) => Placement): Places => ({ forwards: place, backwards: null });

/** A placing with the given fit, for eras that are not named `good` a bad one. */
function fits(fit: Partial<Fit>, good: readonly string[]): Places {
  const bad = {
    placed: 0,
    irrelevant: 0,
    unplaced: 1,
    unknown: 0,
    misses: 0,
    differing: 0,
    repeated: 0,
    removes: 0,
    exact: 0,
    score: 0,
  };
  return forwards((era) => ({
    ...EMPTY,
    fit: good.includes(era.id) ? { ...bad, placed: 1, unplaced: 0, ...fit } : bad,
  }));
}

const FREE = { kernel: null, tree: null };

/** A kernel tree in which every file has this text. */
const treeOf = (version: string, text: string): EraOptions['tree'] => ({
  version,
  read: () => ({ ok: true, text }),
});

describe('releases', () => {
  it('are read as people write them', () => {
    for (const text of ['5.7', 'v5.7', '5.7-rc3', 'linux-5.7.19', '5.7.0-1-amd64']) {
      expect(parseRelease(text)).toEqual({ major: 5, minor: 7 });
    }
    for (const text of ['', 'next', '5', 'v', '5.x', '2026-01-01']) expect(parseRelease(text)).toBeNull();
  });

  it('fall into the era that holds them', () => {
    const era = (text: string): string | undefined => eraOf(parseRelease(text)!)?.id;
    const BY_RELEASE = {
      '4.8': '4.10',
      '4.10': '4.10',
      '4.13': '4.12',
      '4.20': '4.19',
      '5.2': '4.19',
      '5.4': '5.3',
      '5.7': '5.6',
      '5.11': '5.9',
      '5.14': '5.12',
      '5.15': '5.15',
      '6.4': '5.15',
      '6.8': '6.7',
      '6.13': '6.9',
      '6.14': '6.14',
      '7.1': '6.14',
    };
    for (const [release, id] of Object.entries(BY_RELEASE)) expect(era(release), release).toBe(id);
    expect(era('4.7')).toBeUndefined();
  });

  it('around a day are the last one out and the one being made', () => {
    const around = (day: string): readonly string[] =>
      releasesAround(day).map((r) => `${String(r.major)}.${String(r.minor)}`);
    expect(around('2017-03-01')).toEqual(['4.10', '4.11']);
    expect(around('2019-09-14')).toEqual(['5.2', '5.3']);
    expect(around('2010-01-01')).toEqual([]);
    expect(around('2030-01-01')).toEqual(['6.18']);
  });
});

describe('choosing eras', () => {
  const ids = (choice: ReturnType<typeof chooseEras>): readonly string[] =>
    choice.eras.map((one) => one.era.id);

  it('takes the tree, then the setting, without a look at the hunks', () => {
    const place = fits({}, ['4.10']);
    expect(ids(chooseEras(PATCH, { kernel: '4.9', tree: treeOf('6.12', '') }, ERAS, place))).toEqual(['6.9']);
    expect(ids(chooseEras(PATCH, { kernel: 'v5.7-rc1', tree: null }, ERAS, place))).toEqual(['5.6']);
  });

  it('takes the code of the next release where updates of a stable tree have brought it', () => {
    const backported = 'int ext4_truncate_page_cache_block_range(struct inode *inode)\n{\n}\n';
    const choice = chooseEras(PATCH, { kernel: null, tree: treeOf('6.12', backported) }, ERAS, fits({}, []));
    expect(ids(choice)).toEqual(['6.14']);
    expect(choice.why).toBe('the kernel tree is 6.12, with code of 6.14 and later by its updates');
    const older = chooseEras(PATCH, { kernel: null, tree: treeOf('6.1', backported) }, ERAS, fits({}, []));
    expect(ids(older)).toEqual(['5.15']);
  });

  it('says why a setting gives nothing', () => {
    expect(chooseEras(PATCH, { kernel: 'new', tree: null }, ERAS, fits({}, []))).toEqual({
      eras: [],
      why: 'the release is set to `new`, which is not a kernel release such as 5.7 or v6.1',
    });
    expect(chooseEras(PATCH, { kernel: '4.4', tree: null }, ERAS, fits({}, [])).why).toContain('older than');
  });

  it('takes the era that the hunks fit, else all that they fit equally well', () => {
    expect(chooseEras(PATCH, FREE, ERAS, fits({}, ['5.6']))).toMatchObject({
      why: 'its hunks fit 5.6-5.7 best',
    });
    expect(ids(chooseEras(PATCH, FREE, ERAS, fits({}, ['5.3', '5.5'])))).toEqual(['5.3', '5.5']);
  });

  it('lets the date decide among equally good ones only', () => {
    const dated = { ...PATCH, date: '2020-04-01' };
    const choice = chooseEras(dated, FREE, ERAS, fits({}, ['5.3', '5.6']));
    expect(ids(choice)).toEqual(['5.6']);
    expect(choice.why).toBe(
      'its hunks fit 5.3-5.4 and 5.6-5.7 equally well, and its date 2020-04-01 is of 5.6-5.7',
    );
    expect(ids(chooseEras({ ...PATCH, date: '2020-12-01' }, FREE, ERAS, fits({}, ['5.6', '5.8'])))).toEqual([
      '5.6',
      '5.8',
    ]);
  });

  it('leaves releases that three others have followed, where those of its day say anything', () => {
    const place = forwards((era) => {
      const { forwards: whole } = fits({}, ['4.10', '5.3']);
      const { forwards: half } = fits({ unplaced: 3 }, ['5.9']);
      return era.id === '5.9' ? half(era) : whole(era);
    });
    const dated = (date: string, subject = '[PATCH] xfs: serialize') =>
      ids(chooseEras({ ...PATCH, subject, date }, FREE, ERAS, place));
    expect(dated('2020-12-01')).toEqual(['5.9']);
    expect(dated('2020-12-01', '[PATCH 5.4 1/2] xfs: serialize')).toEqual(['5.3']);
    // A tree of years ago gives patches of today: nothing of theirs is in the releases of the day.
    expect(dated('2024-06-01')).toEqual(['4.10', '5.3']);
  });

  it('takes no release of years later for one that has what a patch takes away', () => {
    const { forwards: none } = fits({}, []);
    const { forwards: later } = fits({ score: 9 }, ['6.14']);
    const places = { forwards: none, backwards: later };
    const taken = (date: string) => ids(chooseEras({ ...PATCH, date }, FREE, ERAS, places));
    expect(taken('2023-01-02')).not.toContain('6.14');
    expect(taken('2025-02-01')).toEqual(['6.14']);
  });

  it('takes none from before what the patch names on lines that stay', () => {
    const patch = patchOf(
      '--- a/fs/ext4/inode.c\n+++ b/fs/ext4/inode.c\n@@ -1,3 +1,2 @@ ext4_page_mkwrite(\n \tfolio_lock(folio);\n-\tdemo();\n \tret = 0;\n',
    );
    expect(ids(chooseEras(patch, FREE, ERAS, fits({}, ['4.10', '6.5'])))).toEqual(['6.5']);
  });

  it('stays with the releases of the day where those have the function, and not what is changed in it', () => {
    const { forwards: whole } = fits({}, ['4.10']);
    const place = forwards((era) => {
      const one = whole(era);
      return era.id === '6.9' ? { ...one, fit: { ...one.fit, score: 3 } } : one;
    });
    expect(ids(chooseEras({ ...PATCH, date: '2024-06-01' }, FREE, ERAS, place))).toEqual(['6.9']);
  });

  it.each([
    ['[PATCH 5.4 249/271] xfs: serialize', ['5.3']],
    ['[PATCH AUTOSEL 5.4 3/9] xfs: serialize', ['5.3']],
    ['[PATCH 5.4.y v2] xfs: serialize', ['5.3']],
    ['[PATCH stable-5.4 1/2] xfs: serialize', ['5.3']],
    ['[PATCH v5 12/14] xfs: serialize', ['5.6']],
    ['[PATCH v5.4 12/14] xfs: serialize', ['5.6']],
    ['[PATCH v4.19 12/14] xfs: serialize', ['4.19']],
    ['[PATCH] xfs: serialize since 5.4', ['5.6']],
    ['[PATCH 3.2 1/2] xfs: serialize', ['4.10']],
    ['[5.4,249/271] xfs: serialize', ['5.3']],
    ['[AUTOSEL,5.4,3/9] xfs: serialize', ['5.3']],
    ['[5.4.y,v2] xfs: serialize', ['5.3']],
    ['[v2,5.4] xfs: serialize', ['5.3']],
    ['[v5.4,12/14] xfs: serialize', ['5.6']],
  ])('a release that the subject names comes before the date: %s', (subject, eras) => {
    const patch = { ...PATCH, subject, date: '2020-04-01' };
    expect(ids(chooseEras(patch, FREE, ERAS, fits({}, ['5.3', '5.6'])))).toEqual(eras);
  });

  it('takes an era that knows what the paths of the patch have to do with each other', () => {
    const files = ['fs/ext4/inode.c', 'fs/iomap/direct-io.c'].map((path) => ({ ...PATCH.files[0]!, path }));
    const place = fits({}, ['5.3', '5.5']);
    expect(ids(chooseEras({ ...PATCH, files }, FREE, ERAS, place))).toEqual(['5.5']);
    expect(ids(chooseEras({ ...PATCH, files: files.slice(1) }, FREE, ERAS, place))).toEqual(['5.3', '5.5']);
  });

  it('takes the last of those in which all that the patch changes is the same, unless a date says which', () => {
    const patch = patchOf(
      '--- a/fs/ext4/inode.c\n+++ b/fs/ext4/inode.c\n@@ -1,3 +1,3 @@ ext4_filemap_fault(\n \tdown_read(&EXT4_I(inode)->i_mmap_sem);\n-\tret = filemap_fault(vmf);\n+\tret = filemap_lock(vmf);\n \tup_read(&EXT4_I(inode)->i_mmap_sem);\n',
    );
    const place = forwards((era) => placePatch(patch, loadEra(era.id), matters));
    const choice = chooseEras(patch, FREE, ERAS, place);
    expect(ids(choice)).toEqual(['5.12']);
    expect(choice.why).toContain('in functions that did not change; 5.12-5.14 taken');
    expect(ids(chooseEras({ ...patch, date: '2020-07-01' }, FREE, ERAS, place))).toEqual(['5.6', '5.8']);
  });

  it('prefers an era that places some hunks to one in which they say nothing', () => {
    const some = { ...fits({}, []).forwards(ERAS[0]!).fit, placed: 3, unplaced: 2, irrelevant: 1 };
    const nothing = { ...some, placed: 0, unplaced: 0, irrelevant: 6 };
    const place = forwards((era) => ({ ...EMPTY, fit: era.id === '5.15' ? some : nothing }));
    expect(ids(chooseEras(PATCH, FREE, ERAS, place))).toEqual(['5.15']);
  });

  it('takes no era that began after the day of the patch, and where none fits as a whole that of the day', () => {
    const dated = { ...PATCH, date: '2020-04-01' };
    expect(ids(chooseEras(dated, FREE, ERAS, fits({}, ['6.5', '5.5'])))).toEqual(['5.5']);
    expect(
      ids(
        chooseEras(
          dated,
          FREE,
          ERAS,
          fits(
            { unplaced: 1 },
            ERAS.map((era) => era.id),
          ),
        ),
      ),
    ).toEqual(['5.6']);
  });

  it('takes a release that has the change already, where no code is as before it', () => {
    const places = {
      forwards: fits({ unplaced: 1 }, ['4.12']).forwards,
      backwards: fits({}, ['4.14', '4.19']).forwards,
    };
    const choice = chooseEras(PATCH, FREE, ERAS, places);
    expect(ids(choice)).toEqual(['4.14']);
    expect(choice.why).toBe(
      'its new side fits 4.14-4.18, which has this change already: the code before it was worked out backwards',
    );
    expect(ids(chooseEras({ ...PATCH, date: '2018-12-01' }, FREE, ERAS, places))).toEqual(['4.19']);
    expect(ids(chooseEras(PATCH, { kernel: '4.19', tree: null }, ERAS, places))).toEqual(['4.19']);
  });

  it('takes the oldest for a mail from before all of them, and says so', () => {
    const choice = chooseEras(
      { ...PATCH, date: '2012-09-29' },
      FREE,
      ERAS,
      fits(
        {},
        ERAS.map((era) => era.id),
      ),
    );
    expect(ids(choice)).toEqual(['4.10']);
    expect(choice.why).toBe('its date 2012-09-29 is before the first modelled release, 4.8; 4.8-4.10 taken');
    expect(choice.tooOld).toBe('its date 2012-09-29 is before the first modelled release, 4.8');
  });

  it('says so of a mail from before all of them whose new side fits one, too', () => {
    const places = {
      forwards: fits({ unplaced: 1 }, ['4.12']).forwards,
      backwards: fits({}, ['4.10']).forwards,
    };
    const choice = chooseEras({ ...PATCH, date: '2016-02-10' }, FREE, ERAS, places);
    expect(choice.tooOld).toBe('its date 2016-02-10 is before the first modelled release, 4.8');
  });

  it('takes the release that the subject names, though the hunks fit another', () => {
    const patch = { ...PATCH, subject: '[PATCH 6.12 091/117] ext4: move out inode_lock' };
    expect(ids(chooseEras(patch, FREE, ERAS, fits({}, ['5.12'])))).toEqual(['6.9']);
  });

  it('takes no release to have the change that still has what the patch takes away', () => {
    const still = {
      forwards: fits({ unplaced: 1 }, ['4.14']).forwards,
      backwards: fits({ repeated: 1 }, ['4.14']).forwards,
    };
    expect(chooseEras(PATCH, { kernel: '4.14', tree: null }, ERAS, still).why).toBe(
      'the release is set to 4.14',
    );
  });

  it('takes one to have the change where the hunks add a second of what stands there', () => {
    const twice = {
      forwards: fits({ repeated: 1, score: 8 }, ['6.5']).forwards,
      backwards: fits({ score: 8.5 }, ['6.5']).forwards,
    };
    expect(chooseEras(PATCH, { kernel: '6.5', tree: null }, ERAS, twice).why).toMatch(
      /has this change already/,
    );
  });

  it('takes one to have the change that has all that the patch brings word by word, and not what it takes away', () => {
    const alike = (exact: number) => ({
      forwards: fits({ removes: 1, exact, score: 8 }, ['6.5']).forwards,
      backwards: fits({ removes: 1, exact: 1, score: 8.5 }, ['6.5']).forwards,
    });
    const why = (exact: number) => chooseEras(PATCH, { kernel: '6.5', tree: null }, ERAS, alike(exact)).why;
    expect(why(0)).toMatch(/has this change already/);
    expect(why(1)).toBe('the release is set to 6.5');
  });

  it('takes none for a patch that touches nothing modelled, one where nothing fits', () => {
    expect(
      ids(
        chooseEras(
          PATCH,
          FREE,
          ERAS,
          fits(
            { placed: 0 },
            ERAS.map((era) => era.id),
          ),
        ),
      ),
    ).toEqual([]);
    expect(ids(chooseEras({ ...PATCH, date: '2020-04-01' }, FREE, ERAS, fits({}, [])))).toEqual(['5.6']);
  });
});

describe('bundled eras', () => {
  const there = ERAS.filter((era) => existsSync(join(pathsFolder(), era.id)));

  it.each(there.map((era) => era.id))('%s holds functions, and lines that say where they stand', (id) => {
    const era = loadEra(id);
    expect(era.universe.size).toBeGreaterThan(10);
    for (const text of era.universe.values()) {
      expect(text.lines.at(-1)?.text.startsWith('}') || text.lines.length === 1).toBe(true);
      expect(text.lines[0]?.origin).toMatchObject({ kind: 'bundled' });
    }
  });

  it('take files that they do not replace from older eras, and lose those that were removed', () => {
    const era = loadEra('5.3');
    expect(era.files.has('fs/iomap.c')).toBe(false);
    expect(loadEra('4.10').files.has('fs/iomap.c')).toBe(true);
    expect(era.files.has('mm/truncate.c')).toBe(true);
  });

  it('are all folders there are', () => {
    const known = new Set<string>(ERAS.map((era) => era.id));
    expect(readdirSync(pathsFolder()).filter((name) => !known.has(name))).toEqual([]);
  });
});
