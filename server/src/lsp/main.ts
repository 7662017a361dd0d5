/** The process that the extension starts. */

import { serveByArguments } from './stdio.js';

serveByArguments();
