/** Goes on by itself, a step at a time. */

/** Time to read a step. */
const STEP_MILLISECONDS = 1400;

export class Player {
  #timer: ReturnType<typeof setInterval> | null = null;

  /** `step` goes on by one and says whether there is more; `changed` is told when playing begins and ends. */
  constructor(
    readonly step: () => boolean,
    readonly changed: (playing: boolean) => void,
  ) {}

  get playing(): boolean {
    return this.#timer !== null;
  }

  start(): void {
    if (this.playing) return;
    this.#timer = setInterval(() => {
      if (!this.step()) this.stop();
    }, STEP_MILLISECONDS);
    this.changed(true);
  }

  stop(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.changed(false);
  }
}
