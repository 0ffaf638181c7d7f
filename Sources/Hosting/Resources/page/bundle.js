// Puts modules of the page into one script, for a file that opens without a server.
//
// It knows the few forms of import and export that the page's modules keep to: `import { a, b } from "./c.js";` and
// `export` before a function, a class or a constant. Each module becomes a function that gives what it exports.

import { file } from "./lib/api.js";

const importForm = /^import \{([^}]*)\} from "([^"]+)";\n/gm;
const exportForm = /^export (?=(?:async function\*?|function\*?|class|const|let) (\w+))/gm;

/** One script that does what a module of the page does. */
export async function bundled(entry) {
  const modules = new Map();
  await collect(entry, modules);
  return [...modules.values()].map(({ name, code }) => `const ${name} = ${code};\n`).join("");
}

/** Adds a module behind those that it imports. */
async function collect(path, modules) {
  if (modules.has(path)) return;
  const source = await (await file(path)).text();
  const uses = [...source.matchAll(importForm)].map(([, names, from]) => ({ names, path: resolved(path, from) }));
  for (const use of uses) await collect(use.path, modules);
  if (modules.has(path)) return;
  const name = `module${modules.size}`;
  const imports = uses.map((use) => `const {${use.names}} = ${modules.get(use.path).name};\n`).join("");
  modules.set(path, { name, code: asFunction(source, imports) });
}

function asFunction(source, imports) {
  const exports = [...source.matchAll(exportForm)].map((match) => match[1]);
  const code = source.replace(importForm, "").replace(exportForm, "");
  // The end of a script element ends it wherever it stands.
  return `(() => {\n${imports}${code}\nreturn { ${exports.join(", ")} };\n})()`.replaceAll("</script", "<\\/script");
}

function resolved(path, from) {
  return new URL(from, `page:/${path}`).pathname.slice(1);
}
