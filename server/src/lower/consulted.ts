/** Which options of a configuration an answer was read from, so that it holds for others that agree in these. */

import type { Configuration } from '../kernel/configuration.js';

export type Consulted = Map<keyof Configuration, Configuration[keyof Configuration]>;

/**
 * One configuration after the other under one name, writing down which options are asked for: what is remembered of an
 * actor in one configuration goes on in the next.
 */
export class Watched {
  readonly view: Configuration;
  #now: Configuration;
  #consulted: Consulted = new Map();

  constructor(first: Configuration) {
    this.#now = first;
    this.view = new Proxy(first, {
      get: (_first, option: keyof Configuration) => {
        const value = this.#now[option];
        this.#consulted.set(option, value);
        return value;
      },
    });
  }

  /** From now on `view` is this one; what is asked of it comes into the answer. */
  begin(configuration: Configuration): Consulted {
    this.#now = configuration;
    return (this.#consulted = new Map());
  }

  /** What `run` gives, and what it asked for. */
  during<T>(run: () => T): { readonly result: T; readonly consulted: Consulted } {
    const outer = this.#consulted;
    const consulted: Consulted = (this.#consulted = new Map());
    try {
      return { result: run(), consulted };
    } finally {
      this.#consulted = outer;
      this.ask(consulted);
    }
  }

  /** Counts these options as asked for. */
  ask(consulted: Consulted): void {
    for (const [option, value] of consulted) this.#consulted.set(option, value);
  }

  agrees(consulted: Consulted): boolean {
    return agrees(this.#now, consulted);
  }
}

export function agrees(configuration: Configuration, consulted: Consulted): boolean {
  for (const [option, value] of consulted) if (configuration[option] !== value) return false;
  return true;
}
