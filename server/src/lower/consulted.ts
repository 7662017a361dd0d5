/** What an answer was read from: it holds for other configurations and code bases that agree in this. */

import type { Configuration } from '../kernel/configuration.js';

export interface Consulted {
  readonly options: Map<keyof Configuration, Configuration[keyof Configuration]>;
  /** Functions that were entered, or would have been if they had a text. */
  readonly functions: Set<string>;
  /** Names for which it was asked whether they are functions. */
  readonly names: Set<string>;
}

const nothing = (): Consulted => ({ options: new Map(), functions: new Set(), names: new Set() });

/**
 * One configuration after the other under one name, writing down what is asked for: what is remembered of an actor in
 * one configuration goes on in the next.
 */
export class Watched {
  readonly view: Configuration;
  #now: Configuration;
  #consulted: Consulted = nothing();

  constructor(first: Configuration) {
    this.#now = first;
    this.view = new Proxy(first, {
      get: (_first, option: keyof Configuration) => {
        const value = this.#now[option];
        this.#consulted.options.set(option, value);
        return value;
      },
    });
  }

  /** From now on `view` is this one; what is asked for comes into the answer. */
  begin(configuration: Configuration): Consulted {
    this.#now = configuration;
    return (this.#consulted = nothing());
  }

  askFunction(name: string): void {
    this.#consulted.functions.add(name);
  }

  askName(name: string): void {
    this.#consulted.names.add(name);
  }

  /** What `run` gives, and what it asked for. */
  during<T>(run: () => T): { readonly result: T; readonly consulted: Consulted } {
    const outer = this.#consulted;
    const consulted: Consulted = (this.#consulted = nothing());
    try {
      return { result: run(), consulted };
    } finally {
      this.#consulted = outer;
      this.ask(consulted);
    }
  }

  /** Counts all this as asked for. */
  ask({ options, functions, names }: Consulted): void {
    for (const [option, value] of options) this.#consulted.options.set(option, value);
    for (const name of functions) this.#consulted.functions.add(name);
    for (const name of names) this.#consulted.names.add(name);
  }

  agrees(consulted: Consulted): boolean {
    return agrees(this.#now, consulted);
  }
}

/** Whether a configuration has the options that were asked for as they were. */
export function agrees(configuration: Configuration, { options }: Consulted): boolean {
  for (const [option, value] of options) if (configuration[option] !== value) return false;
  return true;
}
