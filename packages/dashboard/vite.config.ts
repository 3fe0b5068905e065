import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** A gateway to develop against; without one, the page answers its own requests from a world in memory. */
const GATEWAY = process.env['BOOMGATE_URL'];
const OUT = 'dist';

export default defineConfig({
  plugins: [react(), tailwindcss(), compressed()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    // Every source map would be part of the published package.
    sourcemap: false,
    // The packages that are built in ask that their notices go with them.
    license: { fileName: 'LICENSES.md' },
    modulePreload: { polyfill: false },
    // Data addresses of fonts and pictures would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  define: { WITHOUT_SERVER: JSON.stringify(GATEWAY === undefined) },
  server: {
    port: 7412,
    ...(GATEWAY === undefined ? {} : { proxy: { '/api': { target: GATEWAY, changeOrigin: true } } }),
  },
});

/** Leaves beside every asset what a browser can take compressed: the gateway serves it as it is. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle() {
      const assets = join(import.meta.dirname, OUT, 'assets');
      for (const name of readdirSync(assets)) {
        const bytes = readFileSync(join(assets, name));
        writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
        const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, best));
      }
    },
  };
}
