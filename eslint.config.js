import js from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

/**
 * Rooms of the server, lowest first: a room may import from itself and from the rooms listed for it.
 * ARCHITECTURE.md draws the same table; this is the one that is enforced.
 */
const rooms = {
  mail: [],
  diff: ['mail'],
  sim: [],
  kernel: ['sim'],
  source: ['kernel', 'diff', 'mail'],
  lower: ['kernel', 'source', 'sim'],
  litmus: ['sim'],
  review: ['lower', 'sim', 'kernel', 'source', 'diff', 'mail'],
  render: ['review', 'sim'],
  cli: ['render', 'review', 'litmus', 'lsp', 'source', 'diff', 'mail', 'kernel'],
  lsp: ['render', 'review', 'source', 'diff', 'mail', 'kernel'],
};

const zones = Object.entries(rooms).flatMap(([room, allowed]) =>
  Object.keys(rooms)
    .filter((other) => other !== room && !allowed.includes(other))
    .map((other) => ({
      target: `./server/src/${room}`,
      from: `./server/src/${other}`,
      message: `${room}/ must not know ${other}/ (see ARCHITECTURE.md).`,
    })),
);

export default js.config(
  { ignores: ['dist/**', 'node_modules/**'] },
  ...js.configs.strict,
  {
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.js'] })] },
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        { zones: [...zones, { target: './client/src', from: './server/src', message: 'The client does no analysis.' }] },
      ],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      eqeqeq: 'error',
      complexity: ['error', 25],
    },
  },
);
