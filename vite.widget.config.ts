import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const WIDGET = path.resolve(import.meta.dirname, 'src/widget');

/** The interface's words: one small file for each language, of which a respondent loads one. */
const languages: Plugin = {
  name: 'languages',
  generateBundle() {
    for (const name of readdirSync(path.join(WIDGET, 'lang'))) {
      const words: unknown = JSON.parse(readFileSync(path.join(WIDGET, 'lang', name), 'utf8'));
      this.emitFile({ type: 'asset', fileName: `lang/${name}`, source: JSON.stringify(words) });
    }
  },
};

export default defineConfig({
  root: WIDGET,
  base: '/w/',
  plugins: [languages],
  oxc: { jsx: { runtime: 'automatic', importSource: '#widget', development: false } },
  build: {
    outDir: '../../dist/widget',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    // Its polyfill would be an inline script in effect, and every browser that can run this has the real one.
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { page: path.join(WIDGET, 'page.html') } },
  },
});
