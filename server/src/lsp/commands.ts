/** Commands as lenses, actions and hovers carry them. */

import type { Command } from 'vscode-languageserver';
import type { COMMAND } from './protocol.js';

type Name = (typeof COMMAND)[keyof typeof COMMAND];

export function command(title: string, name: Name, args: readonly unknown[], tooltip?: string): Command {
  return { title, command: name, arguments: [...args], ...(tooltip === undefined ? {} : { tooltip }) };
}

/** A link in trusted Markdown. */
export function commandLink(title: string, name: Name, args: readonly unknown[]): string {
  return `[${title}](command:${name}?${encodeURIComponent(JSON.stringify(args))})`;
}
