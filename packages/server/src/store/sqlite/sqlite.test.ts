import { describeStore } from '../conformance/index.ts';
import { sqlitePlace } from './fixtures.ts';

describeStore('SQLite', sqlitePlace);
