/** The arguments of a call as written on its line: enough to tell `atomic_read(&inode->i_dio_count)` from others. */
export function argumentsAfter(text: string, end: number): readonly string[] {
  if (!/^\s*\(/.test(text.slice(end))) return [];
  const args: string[] = [''];
  let depth = 0;
  for (const char of text.slice(text.indexOf('(', end))) {
    if (char === ')' && --depth === 0) break;
    if (char === ',' && depth === 1) args.push('');
    else if (depth > 0) args[args.length - 1] += char;
    if (char === '(') depth++;
  }
  return args.map((arg) => arg.trim());
}
