// `npm run check`: format, lint, types, architecture, shape and unit tests. Fast enough for every commit.
import { setUp } from './setup.mjs';
import { stages } from './stages.mjs';

const { formatAndTypes, tests } = stages(setUp());
await formatAndTypes();
await tests(['unit']);
