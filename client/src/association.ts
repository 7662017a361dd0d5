/** The narrowest `files.associations` pattern that also matches the neighbours of a file. */

/** For `/home/u/seeds/000.txt` any `.txt` of a folder `seeds`; null for what is no saved file. */
export function associationPattern(scheme: string, path: string): string | null {
  if (scheme === 'untitled') return null;
  const [name, folder] = path.split('/').reverse();
  if (name === undefined || name === '' || folder === undefined || folder === '') return null;
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `**/${folder}/*${name.slice(dot)}` : `**/${folder}/${name}`;
}
