/** One timeline on the screen, with the chosen step: what keys, clicks and messages act on. */

import type { KeptScreen } from '../../client/src/timeline/messages.js';
import type { TimelineView, ViewStep } from '../../server/src/lsp/protocol.js';
import { element, setAttributes } from './elements.js';
import { headerOf, playTitle, playWords, type Actions } from './header.js';
import { l10n } from './l10n.js';
import { lanesOf, type Lanes } from './lanes.js';
import { Player } from './player.js';
import { fillState } from './state.js';
import { tableOf } from './table.js';
import { announcement, positionWords } from './words.js';

/** What happens outside of the view. */
export interface Outside extends Pick<Actions, 'choose' | 'saveAsSvg'> {
  /** Show the step's line, and go there if `focus`. */
  reveal(n: number, focus: boolean): void;
  /** To be found again after a reload. */
  keep(screen: KeptScreen): void;
}

export class Screen {
  readonly root: HTMLElement;
  readonly #lanes: Lanes;
  readonly #state = element('aside', { class: 'state', 'aria-label': l10n.t('State') });
  readonly #live = element('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
  readonly #table: HTMLElement;
  readonly #body: HTMLElement;
  readonly #actions: Actions;
  readonly #player = new Player(
    () => this.#playOn(),
    (playing) => this.#showPlaying(playing),
  );
  #shown: KeptScreen;

  constructor(
    readonly view: TimelineView,
    kept: KeptScreen,
    readonly outside: Outside,
  ) {
    this.#shown = { ...kept, step: Math.max(1, Math.min(kept.step, view.steps.length)) };
    this.#actions = this.#makeActions();
    this.#lanes = lanesOf(view, (n) => this.#pressed(n));
    this.#body = element('div', { class: 'body' }, this.#lanes.root, this.#state);
    this.#table = element('div', { class: 'table' }, tableOf(view));
    this.root = element(
      'div',
      { class: 'screen' },
      headerOf(view, this.#actions),
      this.#body,
      this.#table,
      this.#live,
    );
  }

  /** Call it when `root` stands in the page. */
  begin(focus: boolean): void {
    this.#change({});
    const visible = this.#visible();
    const first = visible.find(({ n }) => n >= this.#shown.step) ?? visible[0];
    if (first) this.goTo(first.n, focus);
  }

  dispose(): void {
    this.#player.stop();
  }

  /** Goes to a step; the editor is told nothing. */
  goTo(n: number, focus = false): void {
    const step = this.#step(n);
    if (!step) return;
    this.#change({ step: n, keySteps: this.#shown.keySteps && !step.quiet });
    this.#lanes.choose(n, focus);
    fillState(this.#state, this.view, step);
    this.#live.textContent = announcement(this.view, step);
    const position = this.root.querySelector('.position');
    if (position) position.textContent = positionWords(n, this.view.steps.length);
  }

  /**
   * Goes to one of the steps on the line of the editor's cursor: the first after the chosen one, so that coming back to
   * a line walks through its steps. Stays where the chosen one is among them.
   */
  follow(steps: readonly number[]): void {
    const { step } = this.#shown;
    if (steps.includes(step)) return;
    this.#player.stop();
    const next = steps.find((n) => n > step) ?? steps[0];
    if (next !== undefined) this.goTo(next);
  }

  /** What a key does; false: it means nothing here. */
  key(name: string): boolean {
    const { next, previous, first, last, playOrPause } = this.#actions;
    const meaning: Readonly<Record<string, () => void>> = {
      ArrowDown: next,
      ArrowRight: next,
      ArrowUp: previous,
      ArrowLeft: previous,
      Home: first,
      End: last,
      ' ': playOrPause,
      Enter: () => this.outside.reveal(this.#shown.step, true),
    };
    const act = this.view.steps.length > 0 && Object.hasOwn(meaning, name) ? meaning[name] : undefined;
    act?.();
    return act !== undefined;
  }

  #makeActions(): Actions {
    const to = (find: () => ViewStep | undefined) => () => {
      this.#player.stop();
      this.#goToStep(find());
    };
    return {
      choose: this.outside.choose,
      saveAsSvg: this.outside.saveAsSvg,
      first: to(() => this.#visible()[0]),
      last: to(() => this.#visible().at(-1)),
      previous: to(() => this.#visible().findLast(({ n }) => n < this.#shown.step)),
      next: to(() => this.#next()),
      playOrPause: () => this.#playOrPause(),
      toggleTable: () => this.#change({ table: !this.#shown.table }),
      toggleQuiet: () => this.#toggleQuiet(),
    };
  }

  #step(n: number): ViewStep | undefined {
    return this.view.steps.find((one) => one.n === n);
  }

  #visible(): readonly ViewStep[] {
    return this.#shown.keySteps ? this.view.steps.filter((step) => !step.quiet) : this.view.steps;
  }

  #next(): ViewStep | undefined {
    return this.#visible().find(({ n }) => n > this.#shown.step);
  }

  #goToStep(step: ViewStep | undefined): void {
    if (step) this.goTo(step.n);
  }

  #pressed(n: number): void {
    this.#player.stop();
    this.goTo(n, true);
    this.outside.reveal(n, false);
  }

  #change(change: Partial<KeptScreen>): void {
    this.#shown = { ...this.#shown, ...change };
    const { table, keySteps } = this.#shown;
    setAttributes(this.#table, { hidden: !table });
    setAttributes(this.#body, { hidden: table });
    this.#lanes.root.classList.toggle('hides-quiet', keySteps);
    this.#setPressed('.table-toggle', table);
    this.#setPressed('.quiet-toggle', keySteps);
    this.outside.keep(this.#shown);
  }

  #setPressed(selector: string, pressed: boolean): void {
    const toggle = this.root.querySelector(selector);
    if (toggle) setAttributes(toggle, { 'aria-pressed': String(pressed) });
  }

  /** A chosen step that goes out of sight gives way to the next. */
  #toggleQuiet(): void {
    this.#change({ keySteps: !this.#shown.keySteps });
    if (this.#shown.keySteps && this.#step(this.#shown.step)?.quiet)
      this.#goToStep(this.#next() ?? this.#visible().at(-1));
  }

  #playOrPause(): void {
    if (this.#player.playing) {
      this.#player.stop();
      return;
    }
    if (!this.#next()) this.#goToStep(this.#visible()[0]);
    this.#player.start();
  }

  #playOn(): boolean {
    this.#goToStep(this.#next());
    return this.#next() !== undefined;
  }

  #showPlaying(playing: boolean): void {
    const play = this.root.querySelector('.play');
    if (!play) return;
    play.textContent = playWords(playing);
    setAttributes(play, { title: playTitle(playing) });
  }
}
