/** Style of the documentation pages; a file of its own address, because nothing inline is allowed. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; --line: #d5d5d5; --soft: #666; --link: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --line: #444; --soft: #aaa; --link: #6cb8e6; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: minmax(0, 1fr); }
nav { padding: 1rem 1.5rem; border-bottom: 1px solid var(--line); font-size: 13px; }
nav h2 { font-size: 13px; margin: 1rem 0 .25rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: flex; text-decoration: none; }
nav a:hover { text-decoration: underline; }
nav b { flex: 0 0 4.5rem; font-weight: 600; color: var(--soft); }
nav { max-height: 40vh; overflow-y: auto; }
main { padding: 1.5rem; max-width: 60rem; }
a { color: var(--link); }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
main h2 { margin: 2.5rem 0 0; padding-bottom: .25rem; border-bottom: 2px solid var(--line); }
article { padding: 1rem 0; border-bottom: 1px solid var(--line); }
article h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
h4 { margin: 1rem 0 .25rem; font-size: 13px; color: var(--soft); }
p { margin: .4rem 0; }
.who { color: var(--soft); font-size: 13px; }
.method { display: inline-block; min-width: 4rem; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 13px; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
table.fields th:first-child { width: 38%; }
table.fields th:last-child { width: 5rem; }
th { font-weight: 600; color: var(--soft); border-top: 0; }
tr:target { outline: 2px solid var(--link); }
code { font: 13px ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (min-width: 64rem) {
  body:has(nav) { grid-template-columns: 20rem minmax(0, 1fr); }
  nav { border-bottom: 0; border-right: 1px solid var(--line); position: sticky; top: 0; height: 100vh; max-height: none; }
}
@media print { nav { display: none; } }
`;
