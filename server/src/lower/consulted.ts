/** Which options of a configuration an answer was read from, so that it holds for others that agree in these. */

import type { Configuration } from '../kernel/configuration.js';

export type Consulted = Map<keyof Configuration, Configuration[keyof Configuration]>;

/** `configuration`, writing down in `consulted` which of its options are asked for. */
export function watch(configuration: Configuration, consulted: Consulted): Configuration {
  return new Proxy(configuration, {
    get: (target, option: keyof Configuration) => {
      consulted.set(option, target[option]);
      return target[option];
    },
  });
}

export function agrees(configuration: Configuration, consulted: Consulted): boolean {
  for (const [option, value] of consulted) if (configuration[option] !== value) return false;
  return true;
}
