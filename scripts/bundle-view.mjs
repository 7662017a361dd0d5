// Bundles what the timeline view loads: its script and its style sheet, for the Chromium of VS Code 1.91.

import { build } from 'esbuild';

/** Writes `timeline.js` and `timeline.css` into `folder`. */
export async function bundleView(folder) {
  await build({
    entryPoints: [
      { in: 'media/timeline/main.ts', out: 'timeline' },
      { in: 'media/timeline/timeline.css', out: 'timeline' },
    ],
    outdir: folder,
    bundle: true,
    platform: 'browser',
    target: 'chrome122',
    format: 'iife',
    legalComments: 'none',
    logLevel: 'warning',
  });
}
