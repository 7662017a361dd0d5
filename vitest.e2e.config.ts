import { defineConfig } from 'vitest/config';

/** The tests in a real editor: one at a time, on the packaged extension. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: 'test/e2e/setup.ts',
    testTimeout: 120_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    // Keys and clicks may come while the editor is busy.
    retry: 1,
    pool: 'forks',
  },
});
