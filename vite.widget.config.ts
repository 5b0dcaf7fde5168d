import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { minifySync } from 'rolldown/utils';
import { defineConfig, type Plugin } from 'vite';

const WIDGET = path.resolve(import.meta.dirname, 'src/widget');

/** The interface's words, one small file for each language, of which a respondent loads one. */
const languages: Plugin = {
  name: 'languages',
  generateBundle() {
    for (const name of readdirSync(path.join(WIDGET, 'lang'))) {
      const words: unknown = JSON.parse(readFileSync(path.join(WIDGET, 'lang', name), 'utf8'));
      this.emitFile({ type: 'asset', fileName: `lang/${name}`, source: JSON.stringify(words) });
    }
  },
};

/**
 * Properties that neither data nor browsers know: the name of none of them is in anything that is sent, kept or read, nor in
 * what the loader hands over, which keeps its names.
 */
const OWN =
  /^(words|options|problems|failure|commit|changed|earlier|byPointer|softAsked|isWrong|onShown|offerResume|said|proof|choose|ordered|italic|spans|fill|dom|props|tag|onFinished|onNever|onClose|onAnswer|shown|leave|save|suggest|show|chosen|timer|channel|item|rank|mood|visit)$/;

/** Scripts that pages and browsers know by a name that stays. */
const FIXED = ['loader', 'sw'];

/**
 * They are one file each with a scope of its own, because they run as classic scripts between those of others. The
 * files with a hash in their name, which they fetch later, are put in here.
 */
const fixedNames: Plugin = {
  name: 'fixed-names',
  // Before the file gets the hash in its name.
  renderChunk(code, { name }) {
    if (name !== 'main') return null;
    return { code: minifySync(name, code, { module: true, mangleProps: { include: OWN } }).code, map: null };
  },
  generateBundle(_, bundle) {
    const main = Object.values(bundle).find((one) => one.type === 'chunk' && one.name === 'main')?.fileName;
    const page = readFileSync(path.join(WIDGET, 'page.html'), 'utf8').replace('./main.ts', `/w/${main}`);
    this.emitFile({ type: 'asset', fileName: 'page.html', source: page });
    // What is inside has no part in the name of a language's file, but in that of the service worker's cache.
    const hash = createHash('sha256');
    for (const one of Object.values(bundle)) hash.update(one.type === 'chunk' ? one.code : one.source);
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk' || !FIXED.includes(chunk.name)) continue;
      if (chunk.imports.length > 0) this.error(`${chunk.fileName} has to be one file, but imports ${chunk.imports}.`);
      const code = chunk.code
        .replaceAll(/IMPORT_LOOK\((\w+)\)/g, `import($1+"/w/${main}")`)
        .replaceAll('MAIN_FILE', `/w/${main}`)
        .replaceAll('BUILD_HASH', hash.copy().digest('hex').slice(0, 6));
      chunk.code = `(()=>{${code.trim()}})();\n`;
    }
  },
};

export default defineConfig({
  root: WIDGET,
  base: '/w/',
  plugins: [languages, fixedNames],
  oxc: {
    jsx: { runtime: 'automatic', importSource: '#widget', development: false },
    // Fields as plain assignments, and none for what is not there yet: shorter, and to nobody here a difference.
    typescript: { removeClassFieldsWithoutInitializer: true },
    assumptions: { setPublicClassFields: true },
  },
  build: {
    outDir: '../../dist/widget',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // Those that docs/operate/website.md names.
    target: ['chrome111', 'edge111', 'firefox121', 'safari16.4'],
    modulePreload: false,
    rolldownOptions: {
      input: Object.fromEntries(['main', 'loader', 'sw'].map((name) => [name, path.join(WIDGET, `${name}.ts`)])),
      preserveEntrySignatures: 'exports-only',
      output: {
        // Short, since the loader holds the name: whatever the hash is, it stays within its 2 KB.
        entryFileNames: ({ name }) => (FIXED.includes(name) ? '[name].js' : 'assets/[hash:6].js'),
      },
    },
  },
});
