/**
 * The admin API without a gateway, for `npm run dev`: an organisation in memory, whose calls the real engine decided. A page of
 * the built dashboard never loads it. May know the contract, the catalogue and the engine; no page.
 */
export { serveWithoutServer } from './install.ts';
