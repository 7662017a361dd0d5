// Prints the table of settings for README.md, from package.json and package.nls.json.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const read = (name) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8'));

/** The rows as README.md has them, formatted as Prettier formats tables. */
export function settingsTable() {
  const { properties } = read('package.json').contributes.configuration;
  const texts = read('package.nls.json');
  const rows = Object.entries(properties).map(([name, { default: value, markdownDescription }]) => [
    `\`${name}\``,
    `\`${JSON.stringify(value)}\``,
    texts[markdownDescription.slice(1, -1)].replaceAll('|', '\\|'),
  ]);
  return table([['setting', 'default', ''], ...rows]);
}

function table([head, ...rows]) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(settingsTable());
