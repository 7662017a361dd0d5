// The licences of everything that the bundles contain: production dependencies as locked, and the C grammar.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const asset = 'node_modules/tree-sitter-c';

/** One section for each package, by name. */
export function notices() {
  const { packages } = JSON.parse(readFileSync(`${root}/package-lock.json`, 'utf8'));
  const bundled = Object.entries(packages).filter(
    ([path, { dev }]) => path !== '' && (!dev || path === asset) && existsSync(`${root}/${path}`),
  );
  const sections = bundled.map(([path, { version, license }]) => {
    const name = path.replace(/^.*node_modules\//, '');
    return `${name} ${version} (${license})\n\n${licenceText(`${root}/${path}`)}`;
  });
  return `DIO Ordering contains the following packages.\n\n${sections.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.\w+)?$/i.test(name));
  return file === undefined ? '' : `${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
}
