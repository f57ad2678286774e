/** No fonts, images or scripts from anywhere: the page must look the same without a network. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #16202b; --soft: #5b6875; --line: #dde3e8; --paper: #fff; --ground: #f4f6f8;
  --accent: #0b6b57; --good: #0b6b57; --wait: #8a5a00; --bad: #a4262c; --chip: #e8f3f0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #95a3b0; --line: #2b3640; --paper: #161d24;
  --ground: #0f151b; --accent: #5ccbb0; --good: #5ccbb0; --wait: #e2b35b; --bad: #f08a8f; --chip: #1c2f2b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; margin-bottom: 1.5rem; }
h1 { font-size: 1.6rem; letter-spacing: -.02em; margin: 0; }
h1 span { color: var(--accent); }
h2 { font-size: 1.05rem; margin: 0 0 .75rem; }
h3 { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); margin: 1.5rem 0 .5rem; }
p { margin: 0 0 .75rem; } .soft { color: var(--soft); }
section { background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; padding: 1.25rem 1.5rem; margin-bottom: 1.25rem; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem 1.25rem; margin: 0; }
dt { font-size: .8rem; color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.chip { display: inline-block; border-radius: 1rem; padding: .05rem .6rem; font-size: .85rem; background: var(--chip); color: var(--good); }
.chip.wait { color: var(--wait); } .chip.bad { color: var(--bad); }
ol { list-style: none; margin: 0; padding: 0; }
ol.steps li { display: flex; flex-wrap: wrap; gap: .25rem .75rem; padding: .45rem 0; border-top: 1px solid var(--line); }
ol.steps li:first-child { border-top: 0; } ol.steps b { min-width: 8rem; font-weight: 600; }
ol.trail { border-left: 2px solid var(--line); margin-left: .35rem; }
ol.trail li { position: relative; padding: 0 0 .8rem 1.25rem; }
ol.trail li::before { content: ""; position: absolute; left: -6px; top: .5rem; width: 10px; height: 10px; border-radius: 50%; background: var(--accent); }
ol.trail small { color: var(--soft); display: block; }
code, pre { font: .85rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem 1rem; overflow-x: auto; margin: 0 0 .75rem; }
a { color: var(--accent); } nav { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; }
`;
