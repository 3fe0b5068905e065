// `npm run package`: the npm package `boomgate` as a file in `artifacts`, to publish, or to install where npm can reach it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from './program.mjs';
import { buildDashboard, ROOT, runNpm, setUp } from './setup.mjs';

const node = setUp();
buildDashboard(node);
const { folder } = buildProgram(node);
const artifacts = join(ROOT, 'artifacts');
mkdirSync(artifacts, { recursive: true });
runNpm(['pack', folder, '--pack-destination', artifacts, '--loglevel=error']);
