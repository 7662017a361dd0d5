import js from 'typescript-eslint';

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

/** Imports of `room` from rooms that it must not know: `../other/file.js`. */
const forbidden = (room, allowed) =>
  Object.keys(rooms)
    .filter((other) => other !== room && !allowed.includes(other))
    .map((other) => ({
      regex: `^(\\.\\./)+${other}/`,
      message: `${room}/ must not know ${other}/ (see ARCHITECTURE.md).`,
    }));

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  files: [`server/src/${room}/**/*.ts`],
  rules: { 'no-restricted-imports': ['error', { patterns: forbidden(room, allowed) }] },
}));

export default js.config(
  { ignores: ['dist/**', 'node_modules/**', 'build/**'] },
  ...js.configs.strict,
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      complexity: ['error', 25],
    },
  },
  ...roomRules,
  {
    files: ['client/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: 'server/src/(?!lsp/protocol\\.js$)',
              message: 'The client does no analysis: of the server it knows the protocol alone.',
            },
          ],
        },
      ],
    },
  },
);
