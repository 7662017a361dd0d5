/** What the activation of the extension costs: the packed bundle in fresh processes, with a stand-in for VS Code. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const RUNS = 9;

interface Activation {
  /** Milliseconds to load the bundle. */
  readonly load: number;
  /** Milliseconds of `activate()`. */
  readonly activate: number;
}

/** Loads and activates dist/extension.cjs; whatever it asks of VS Code is there and does nothing. */
const script = `
const Module = require('node:module');
const standIn = () =>
  new Proxy(class {}, {
    get(target, key) {
      if (key === 'prototype') return target.prototype;
      if (key === 'then') return undefined;
      if (typeof key === 'symbol') return key === Symbol.toPrimitive ? () => '' : undefined;
      return (target[key] ??= standIn());
    },
    apply: standIn,
    construct: standIn,
  });
const vscode = standIn();
vscode.version = '1.139.1';
vscode.workspace.textDocuments = [];
vscode.workspace.isTrusted = true;
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
const [bundle, manifest] = process.argv.slice(1);
const context = standIn();
context.subscriptions = [];
context.asAbsolutePath = (path) => path;
context.extension.packageJSON = JSON.parse(require('node:fs').readFileSync(manifest, 'utf8'));
const begun = performance.now();
const extension = require(bundle);
const loaded = performance.now();
extension.activate(context);
console.log(JSON.stringify({ load: loaded - begun, activate: performance.now() - loaded }));
process.exit(0);
`;

/** Lines of the report: the median of several processes. */
export function benchActivation(root: string): readonly string[] {
  const files = [join(root, 'dist/extension.cjs'), join(root, 'package.json')];
  const runs = Array.from(
    { length: RUNS },
    () =>
      JSON.parse(
        execFileSync(process.execPath, ['-e', script, ...files], { encoding: 'utf8' }),
      ) as Activation,
  );
  const median = (part: keyof Activation): string =>
    runs
      .map((run) => run[part])
      .sort((a, b) => a - b)
      .at(RUNS >> 1)!
      .toFixed(1);
  return [
    `activation of the extension, median of ${RUNS} processes: load the bundle ${median('load')} ms, activate() ${median('activate')} ms (budget 50 ms)`,
  ];
}
