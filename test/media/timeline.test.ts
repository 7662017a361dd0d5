/** The timeline view as it is built, in a browser: what it shows, how it is worked, and what it tells the extension. */

import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { translatableTexts } from '../../scripts/l10n.mjs';
import type { ScenarioTimeline } from '../../server/src/review/scenario-timeline.js';
import { hostile, otherWay, reordered, withoutRace } from '../render/scenario-timelines.js';
import { THEMES, type Theme } from './themes.js';
import { PATCH, viewOf } from './view.js';
import { browserPath, WebviewBrowser, type OpenOptions, type Webview } from './webview.js';

/** Runs in the page: its texts, titles and labels. */
const everyWord = `(() => {
  const said = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) said.push(texts.currentNode.data);
  for (const one of document.querySelectorAll('[title], [aria-label]'))
    said.push(one.getAttribute('title') ?? '', one.getAttribute('aria-label') ?? '');
  return said;
})()`;

const without = browserPath === null ? ' (skipped: no Chromium is installed)' : '';

describe.skipIf(browserPath === null)(`the timeline view${without}`, () => {
  let browser: WebviewBrowser;
  let view: Webview;

  beforeAll(async () => {
    browser = await WebviewBrowser.launch();
  }, 60_000);

  afterAll(() => browser.close());

  afterEach(async () => {
    expect(view.errors).toEqual([]);
    await view.close();
  });

  async function open(options: OpenOptions = {}): Promise<void> {
    view = await browser.open(options);
  }

  async function show(timeline: ScenarioTimeline = reordered, options: OpenOptions = {}): Promise<void> {
    await open(options);
    await view.send({ type: 'show', view: viewOf(timeline) });
    await view.sent();
  }

  describe('before there is a timeline', () => {
    it('asks for one, and says that it waits', async () => {
      await open();
      expect(await view.sent()).toEqual([{ type: 'ready' }]);
      await view.send({ type: 'waiting' });
      expect(await view.page.getByRole('status').textContent()).toBe('Simulating the patch…');
    });

    it('says why there is none, and tries again when asked', async () => {
      await open();
      await view.sent();
      await view.send({ type: 'failed', message: 'This finding is not in the patch any more.' });
      expect(await view.page.getByRole('alert').textContent()).toContain('not in the patch any more');
      await view.page.getByRole('button', { name: 'Try again' }).click();
      expect(await view.sent()).toEqual([{ type: 'ready' }]);
    });

    it('takes no notice of messages that are none of its own', async () => {
      await show();
      for (const wrong of [{ type: 'cursor', steps: 3 }, { type: 'show', view: {} }, { hello: 1 }])
        await view.send(wrong);
      expect(await view.chosen()).toBe(1);
    });
  });

  describe('shows', () => {
    it('a column an actor and a row a step, each with its function, what it does and its line', async () => {
      await show();
      const { page } = view;
      expect(await page.getByRole('columnheader').allTextContents()).toEqual([
        'Step',
        'CPU0: DIO read',
        'CPU1: flusher',
        'Line',
      ]);
      const row = view.row(4);
      expect(await row.locator('code').textContent()).toBe('atomic_read(&inode->i_dio_count): reads 0');
      expect(await row.locator('.function').textContent()).toBe('mpage_map_one_extent()');
      expect(await row.locator('.place').textContent()).toBe('line 29');
      expect(await view.row(3).locator('.place').textContent()).toBe('inode.c:103');
      const [left, right] = [
        await view.row(1).locator('.step').boundingBox(),
        await row.locator('.step').boundingBox(),
      ];
      expect(left!.x + left!.width).toBeLessThanOrEqual(right!.x);
    });

    it('the violated property after the last step', async () => {
      await show();
      const end = view.page.locator('.violation');
      expect(await end.textContent()).toBe(
        '✖ stale data exposure (P1): a DIO read has returned stale disk blocks',
      );
      const [last, bad] = [await view.row(7).boundingBox(), await end.boundingBox()];
      expect(bad!.y).toBeGreaterThanOrEqual(last!.y + last!.height - 1);
    });

    it('locks as bars from the step that takes one to the step that gives it back', async () => {
      await show();
      const bar = await view.page.locator('.lock.exclusive').boundingBox();
      const [from, to] = [await view.row(3).boundingBox(), await view.row(5).boundingBox()];
      expect(bar!.y).toBeGreaterThan(from!.y);
      expect(bar!.y).toBeLessThan(from!.y + from!.height);
      expect(bar!.y + bar!.height).toBeGreaterThan(to!.y);
      expect(bar!.y + bar!.height).toBeLessThan(to!.y + to!.height);
      const open = await view.page.locator('.lock.shared').boundingBox();
      const last = await view.row(7).boundingBox();
      expect(Math.abs(open!.y + open!.height - last!.y - last!.height)).toBeLessThan(2);
    });

    it('an arrow from where a reordered step stands to where it takes effect', async () => {
      await show();
      const arrow = await view.page.locator('.moved').boundingBox();
      const [from, to] = [await view.row(2).boundingBox(), await view.row(6).boundingBox()];
      expect(arrow!.y).toBeGreaterThan(from!.y);
      expect(arrow!.y).toBeLessThan(from!.y + from!.height);
      expect(arrow!.y + arrow!.height).toBeGreaterThan(to!.y);
      expect(arrow!.y + arrow!.height).toBeLessThan(to!.y + to!.height);
      expect(await view.row(6).locator('.tag').textContent()).toBe('takes effect here, stands at step 2');
    });

    it('the state after the chosen step, with what it changed and who holds which lock', async () => {
      await show();
      await view.send({ type: 'cursor', steps: [5] });
      const state = view.page.locator('.state');
      expect(await state.getByRole('heading').first().textContent()).toBe('State after step 5');
      expect(await state.locator('.changed').allTextContents()).toEqual([
        'extent of blockdelayed changed to  → mapped',
      ]);
      expect(await state.getByRole('listitem').allTextContents()).toEqual(['i_rwsem, shared CPU0: DIO read']);
    });

    it('in words that there is no race on the other side', async () => {
      await show(withoutRace);
      expect(await view.page.locator('.no-race').textContent()).toBe(
        'No race before the patch in this scenario: every interleaving was explored.',
      );
      expect(await view.page.getByRole('button').count()).toBe(0);
    });

    it('what becomes of the interleaving on the other side, from where it goes another way', async () => {
      await show(otherWay);
      expect(await view.page.locator('.no-race').textContent()).toBe(
        'No race before the patch in this scenario: every interleaving was explored. ' +
          'The actors take turns as in the race; ≠ marks what goes another way.',
      );
      expect(await view.row(1).locator('.number').textContent()).toBe('1');
      expect(await view.row(2).locator('.number').textContent()).toBe('≠ Other than in the race 2');
      expect(await view.chosen()).toBe(2);
    });

    it('lines that keep a race closed', async () => {
      const loadBearing = [{ line: 42, endLine: 43, text: 'smp_mb__after_atomic();' }];
      await show({ ...reordered, loadBearing });
      expect(await view.page.locator('.load-bearing li').allTextContents()).toEqual([
        'Lines 42-43: smp_mb__after_atomic();',
      ]);
    });

    it('text of a patch as text', async () => {
      await show(hostile);
      expect(await view.page.locator('h1').textContent()).toContain('<script>alert(1)</script>');
      expect(await view.page.locator('main :is(script, img)').count()).toBe(0);
      expect(await view.page.locator('main').textContent()).not.toContain('\u202e');
    });
  });

  it('lets a step reach over the lanes to its right where lanes are narrow', async () => {
    await show(reordered, { viewport: { width: 480, height: 780 } });
    const call = await view.row(6).locator('code').boundingBox();
    const heading = await view.page.getByRole('columnheader', { name: 'CPU1' }).boundingBox();
    expect(call!.x + call!.width).toBeGreaterThan(heading!.x);
    expect(call!.height).toBeLessThan(25);
  });

  it('leaves the file of a step to its function where lanes are narrow, and keeps the line', async () => {
    await show(reordered, { viewport: { width: 480, height: 780 } });
    expect(await view.row(3).locator('.place').innerText()).toBe(':103');
    expect(await view.row(4).locator('.place').innerText()).toBe('line 29');
  });

  describe('goes to a step', () => {
    it('by arrow keys, Home and End, and not beyond either end', async () => {
      await show();
      await view.press('ArrowDown', 'ArrowRight');
      expect(await view.chosen()).toBe(3);
      await view.press('ArrowUp', 'ArrowLeft', 'ArrowUp');
      expect(await view.chosen()).toBe(1);
      await view.press('End', 'ArrowDown');
      expect(await view.chosen()).toBe(7);
      await view.press('Home');
      expect(await view.chosen()).toBe(1);
    });

    it('by a click, and the editor shows its line while the view keeps the focus', async () => {
      await show();
      await view.row(4).locator('code').click();
      expect(await view.chosen()).toBe(4);
      expect(await view.sent()).toEqual([{ type: 'reveal', n: 4, focus: false }]);
    });

    it('and to its line in the editor by Enter', async () => {
      await show();
      await view.press('ArrowDown', 'Enter');
      expect(await view.sent()).toEqual([{ type: 'reveal', n: 2, focus: true }]);
    });

    it('when the cursor of the editor does, and tells the editor nothing back', async () => {
      await show();
      await view.send({ type: 'cursor', steps: [6] });
      expect(await view.chosen()).toBe(6);
      await view.send({ type: 'cursor', steps: [99] });
      expect(await view.chosen()).toBe(6);
      expect(await view.sent()).toEqual([]);
    });

    it('on the line of the cursor: the next one of several, and round to the first', async () => {
      await show();
      const walked: number[] = [];
      for (const steps of [[2, 6], [2, 6], [4], [2, 6], [7], [2, 6]]) {
        await view.send({ type: 'cursor', steps });
        walked.push(await view.chosen());
      }
      expect(walked).toEqual([2, 2, 4, 6, 7, 2]);
    });

    it('by its buttons', async () => {
      await show();
      for (const name of ['Next step', 'Last step', 'Previous step'])
        await view.page.getByRole('button', { name }).click();
      expect(await view.chosen()).toBe(6);
      await view.page.getByRole('button', { name: 'First step' }).click();
      expect(await view.page.locator('.position').textContent()).toBe('1 of 7');
    });

    it('by itself while it plays, up to the end; a key stops it', async () => {
      await open();
      await view.page.clock.install();
      await view.post({ type: 'show', view: viewOf(reordered) });
      await view.row(1).waitFor();
      await view.press(' ');
      await view.page.clock.runFor(3000);
      expect(await view.chosen()).toBe(3);
      await view.press('ArrowDown');
      await view.page.clock.runFor(3000);
      expect(await view.chosen()).toBe(4);
      await view.page.getByRole('button', { name: 'Play' }).click();
      await view.page.clock.runFor(20_000);
      expect(await view.chosen()).toBe(7);
      expect(await view.page.locator('.play').textContent()).toBe('Play');
    });

    it('past those that the race does not turn on, when only key steps are wanted', async () => {
      await show();
      await view.page.getByRole('button', { name: 'Key steps only' }).click();
      expect(await view.row(1).isVisible()).toBe(false);
      expect(await view.chosen()).toBe(2);
      await view.press('Home');
      expect(await view.chosen()).toBe(2);
      await view.send({ type: 'cursor', steps: [1] });
      expect(await view.row(1).isVisible()).toBe(true);
    });
  });

  describe('asks the extension', () => {
    it('for the other side, and keeps the focus where it was', async () => {
      await show();
      await view.page.getByRole('radio', { name: 'Before: no race' }).check();
      expect(await view.sent()).toEqual([{ type: 'choose', scenario: 'ext4/delalloc', side: 'before' }]);
      await view.send({ type: 'show', view: viewOf(withoutRace) });
      expect(await view.page.evaluate('document.activeElement.id')).toBe('side-before');
    });

    it('for another scenario; arrow keys belong to the list while it has the focus', async () => {
      await show();
      await view.page.getByLabel('Scenario (2)').selectOption('ext4/nodelalloc');
      expect(await view.sent()).toEqual([{ type: 'choose', scenario: 'ext4/nodelalloc', side: 'after' }]);
      await view.page.getByLabel('Scenario (2)').focus();
      await view.press('ArrowDown');
      expect(await view.chosen()).toBe(1);
    });

    it('for a drawing to save', async () => {
      await show();
      await view.page.getByRole('button', { name: 'Save as SVG' }).click();
      expect(await view.sent()).toEqual([{ type: 'saveAsSvg' }]);
    });

    it('for nothing from the network', async () => {
      await show(hostile);
      expect(view.asked.map((url) => new URL(url).pathname)).toEqual(['/', '/timeline.css', '/timeline.js']);
    });
  });

  describe('over a reload', () => {
    const kept = {
      uri: PATCH,
      finding: 'p1-2c7e6189',
      scenario: 'ext4/delalloc',
      side: 'after',
      screen: { step: 5, table: false, keySteps: true },
    } as const;

    it('keeps what it showed, how and where', async () => {
      await show();
      await view.page.getByRole('button', { name: 'Key steps only' }).click();
      await view.press('ArrowDown', 'ArrowDown', 'ArrowDown');
      expect(await view.kept()).toEqual(kept);
    });

    it('comes back to its step, but begins another timeline at its first key step', async () => {
      await show(reordered, { kept });
      expect(await view.chosen()).toBe(5);
      expect(await view.row(1).isVisible()).toBe(false);
      await view.send({ type: 'show', view: viewOf({ ...reordered, scenario: 'ext4/nodelalloc' }) });
      expect(await view.chosen()).toBe(2);
    });

    it('stays a table for those who want one', async () => {
      await show(reordered, { kept: { ...kept, screen: { ...kept.screen, table: true } } });
      expect(await view.page.getByRole('table', { name: /Interleaving/ }).isVisible()).toBe(true);
      expect(await view.page.getByRole('grid').count()).toBe(0);
    });
  });

  describe('for those who do not see it', () => {
    it('is a grid with one tab stop, which goes with the chosen step', async () => {
      await show();
      const { page } = view;
      expect(await page.getByRole('grid', { name: /Interleaving/ }).count()).toBe(1);
      await page.locator('.step[tabindex="0"]').focus();
      await view.press('ArrowDown', 'ArrowDown');
      expect(await page.locator('.lanes [tabindex="0"]').count()).toBe(1);
      expect(await page.evaluate('document.activeElement.closest("[role=row]").dataset.step')).toBe('3');
    });

    it('says each step: which, whose, where, what, and what it changes', async () => {
      await show();
      await view.press('End');
      expect(await view.page.locator('[aria-live=polite]').textContent()).toBe(
        'Step 7 of 7. CPU0: DIO read, in iomap_dio_bio_actor(). submit_bio(bio): bio reads the disk. ' +
          'DIO read got nothing to STALE. Then: stale data exposure (P1): a DIO read has returned stale disk blocks',
      );
    });

    it('has the same as a table', async () => {
      await show();
      const toggle = view.page.getByRole('button', { name: 'Table' });
      await toggle.click();
      expect(await toggle.getAttribute('aria-pressed')).toBe('true');
      expect(await view.page.getByRole('grid').count()).toBe(0);
      const cells = view.page.locator('.equivalent tbody tr').nth(5).locator('th, td');
      expect(await cells.allTextContents()).toEqual([
        '6',
        'CPU0: DIO read',
        'iomap_dio_rw()',
        'inode_dio_begin(inode) (takes effect here, stands at step 2)',
        'i_dio_count 0→1',
        'i_rwsem (shared)',
        'Line 91 of the patch',
      ]);
      await toggle.click();
      expect(await view.page.getByRole('grid').count()).toBe(1);
    });

    it('names every control', async () => {
      await show();
      const names = await view.page
        .getByRole('button')
        .evaluateAll((buttons) => buttons.map((one) => one.ariaLabel ?? one.textContent));
      expect(names.every((name) => /^\w[\w ]+$/.test(name ?? ''))).toBe(true);
    });

    it('tells actors apart by shape, and says their names', async () => {
      await show();
      const shape = (n: number) => view.row(n).locator('.call .mark path').getAttribute('d');
      expect(await shape(2)).not.toBe(await shape(3));
      expect(await shape(2)).toBe(await shape(7));
    });
  });

  describe('in another language', () => {
    const texts = Object.fromEntries(translatableTexts().map((text) => [text, `«${text}»`]));
    /** What stands on the page or is said of it, but for names of actors, functions and places, and what the server said. */
    const untranslated = async (timeline: ScenarioTimeline): Promise<readonly string[]> => {
      const said = (await view.page.evaluate(everyWord)) as string[];
      const { property, rule } = timeline.finding;
      const server = JSON.stringify(viewOf(timeline));
      const names = new RegExp(
        `^CPU\\d: |\\(\\)$|\\w+\\.[ch]:\\d+|${rule.replaceAll('-', ' ')} \\(${property}\\): `,
        'g',
      );
      return said
        .filter((text) => !/[«»]/.test(text))
        .map((text) => text.replace(names, '').trim())
        .filter((text) => /[a-z]{2}/i.test(text) && !server.includes(text));
    };

    it.each([
      ['a race', reordered],
      ['no race', withoutRace],
      ['another way', otherWay],
    ])('has every word of %s translated', async (_, timeline) => {
      await show(timeline, { texts });
      expect(await view.page.getByText('«Before»').count()).toBe(1);
      expect(await untranslated(timeline)).toEqual([]);
    });

    it('fills in what is counted and named', async () => {
      await show(reordered, { texts });
      expect(await view.page.locator('.position').textContent()).toBe('«1 of 7»');
    });

    it('is English in a language of which it has no words', async () => {
      await show(reordered, { texts: { Play: 'Abspielen' } });
      expect(await view.page.locator('.play').textContent()).toBe('Abspielen');
      expect(await view.page.locator('.position').textContent()).toBe('1 of 7');
    });
  });

  describe('keeps to what the user has set', () => {
    it.each(['dark', 'light', 'high-contrast'] as const)('in a %s theme', async (name) => {
      await show(reordered, { theme: THEMES[name] });
      await view.send({ type: 'cursor', steps: [6] });
      await view.page.waitForTimeout(400);
      await view.picture(`timeline-${name}`);
      const colour = await view.style('body', 'background-color');
      const hex = THEMES[name].colours['editor-background']!;
      expect(colour).toBe(`rgb(${[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(', ')})`);
    });

    it('marks the chosen step by a border in high contrast, where there is no shade', async () => {
      await show(reordered, { theme: THEMES['high-contrast'] });
      const outline = await view.style('[data-step="1"]', 'outline-style');
      expect(outline).toBe('solid');
    });

    describe('as to motion', () => {
      /** How the view has scrolled, by keys and while it plays, and what else moves. */
      async function motion(options: OpenOptions) {
        await open(options);
        await view.page.clock.install();
        await view.page.evaluate(
          'Element.prototype.scrollIntoView = function (how) { (window.scrolled ??= []).push(how.behavior); }',
        );
        await view.post({ type: 'show', view: viewOf(reordered) });
        await view.row(1).waitFor();
        await view.press('ArrowDown', ' ');
        await view.page.clock.runFor(3000);
        expect(await view.chosen()).toBe(4);
        const scrolled = (await view.page.evaluate('scrolled')) as string[];
        expect(scrolled.length).toBeGreaterThanOrEqual(4);
        return {
          scrolled: [...new Set(scrolled)],
          moving: await view.page.evaluate('document.getAnimations().length > 0'),
          transition: await view.style('[data-step="1"]', 'transition-duration'),
        };
      }

      const calm: Theme = { ...THEMES.dark, bodyClass: `${THEMES.dark.bodyClass} vscode-reduce-motion` };

      it.each([
        ['the system', { reducedMotion: 'reduce' }],
        ['VS Code', { theme: calm }],
      ] as const)('and moves nothing where %s asks for less of it', async (_, options) => {
        expect(await motion(options)).toEqual({ scrolled: ['auto'], moving: false, transition: '0s' });
      });

      it('and scrolls smoothly where nobody does', async () => {
        expect(await motion({})).toMatchObject({ scrolled: ['smooth'], transition: '0.12s' });
      });
    });

    it.each([
      [1300, 800],
      [700, 800],
      [480, 780],
      [640, 400],
    ])(
      'fits a window of %i by %i: nothing goes out at the side, and the chosen step can be seen',
      async (width, height) => {
        await show(reordered, { viewport: { width, height } });
        await view.press('End');
        await view.page.waitForTimeout(600);
        await view.picture(`timeline-${width}x${height}`);
        expect(await view.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        const row = await view.row(7).boundingBox();
        expect(row!.y).toBeGreaterThanOrEqual(0);
        expect(row!.y + row!.height).toBeLessThanOrEqual(height);
      },
    );
  });
});

describe('the style sheet', () => {
  const read = (name: string) =>
    readFileSync(new URL(`../../media/timeline/${name}`, import.meta.url), 'utf8');
  const css = read('timeline.css').replace(/\/\*[\s\S]*?\*\//g, '');

  it('has no colour of its own', () => {
    const values = [...css.matchAll(/(?:color|background|border|outline|fill|stroke)[\w-]*:\s*([^;]+);/g)];
    expect(values.length).toBeGreaterThan(20);
    const own = values.filter(([, value]) =>
      /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|black|white|red)\b/i.test(value!),
    );
    expect(own).toEqual([]);
  });

  it('has no motion but where none is asked to be spared', () => {
    const calm = css.replace(
      /@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]*\{[^{}]*\})*\s*\}/g,
      '',
    );
    expect(calm.length).toBeLessThan(css.length);
    expect(calm).not.toMatch(/@keyframes|transition|animation|scroll-behavior/);
  });

  it('uses only variables of the theme beside those that it sets itself', () => {
    const byScript = read('lanes.ts').matchAll(/setProperty\('(--[\w-]+)'/g);
    const set = new Set([...css.matchAll(/(--[\w-]+):/g), ...byScript].map((found) => found[1]));
    const used = [...css.matchAll(/var\((--[\w-]+)/g)].map((found) => found[1]!);
    expect(used.filter((name) => !name.startsWith('--vscode-') && !set.has(name))).toEqual([]);
  });
});
