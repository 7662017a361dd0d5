/** Of runs for the same thing the newest goes on; the one before is told to stop. */
export class Newest {
  readonly #running = new Map<string, AbortController>();

  /** `signal` is aborted when the next run for `key` begins. */
  async run(key: string, work: (signal: AbortSignal) => PromiseLike<void>): Promise<void> {
    this.#running.get(key)?.abort();
    const own = new AbortController();
    this.#running.set(key, own);
    try {
      await work(own.signal);
    } finally {
      if (this.#running.get(key) === own) this.#running.delete(key);
    }
  }
}
