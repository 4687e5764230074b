"""The style sheet of a page: light or dark as the reader's system is, and fit to be printed."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --ground: #ffffff; --raised: #f3f5f8; --line: #d8dee6; --words: #1b232d;
  --muted: #5a6675; --gain: #0b7d6e; --loss: #c22f3d; --accent: #1f62c4; --warning: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ground: #0f1318; --raised: #1a2028; --line: #2c3540; --words: #d5dbe3;
  --muted: #93a0b0; --gain: #2bb3a3; --loss: #f0616d; --accent: #6ea8ff; --warning: #ffcc4d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1400px; background: var(--ground); color: var(--words);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { margin: 0; font-size: 22px; } h2 { margin: 32px 0 8px; font-size: 16px; }
h3 { margin: 24px 0 8px; font-size: 14px; }
p { margin: 6px 0; max-width: 90ch; } .muted, .unit { color: var(--muted); } .unit { font-weight: 400; }
.warning { color: var(--warning); } .gain { color: var(--gain); fill: var(--gain); }
.loss { color: var(--loss); fill: var(--loss); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 8px; margin: 16px 0; }
.tile { padding: 10px 12px; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; }
.tile b { display: block; font-size: 18px; font-variant-numeric: tabular-nums; }
.tile small { color: var(--muted); }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 560px), 1fr)); gap: 16px; }
figure { margin: 0; padding: 10px; background: var(--raised); border: 1px solid var(--line); border-radius: 6px;
  break-inside: avoid; }
figcaption { font-weight: 600; margin-bottom: 4px; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--muted); font-size: 12px; }
.below { text-anchor: middle; } .beside { text-anchor: end; }
.grid { stroke: var(--line); } .zero { stroke: var(--muted); }
.curve { fill: none; stroke: var(--accent); stroke-width: 2; } .area { fill: var(--accent); opacity: 0.12; }
.faint { opacity: 0.45; } figure + figure { margin-top: 16px; } .charts figure { margin-top: 0; }
.range { fill: var(--muted); opacity: 0.3; } .price { fill: none; stroke: var(--words); stroke-width: 1; }
.trip { stroke-width: 2; } .trip circle { fill: var(--raised); } .trip.gain { stroke: var(--gain); }
.trip.loss { stroke: var(--loss); } .trip.loss line { stroke-dasharray: 4 3; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 12px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 5px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--muted); font-weight: 600; vertical-align: bottom; }
.number { text-align: right; white-space: nowrap; }
.still { white-space: nowrap; } tr.few { color: var(--muted); } tr.few .gain, tr.few .loss { color: inherit; }
tr { break-inside: avoid; }
.note { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 16ch; max-width: 48ch; }
a { color: inherit; text-decoration-color: var(--accent); } tr:target, tr:target td { background: var(--raised); }
.trip:target { stroke-width: 5; } .trip:target circle { fill: var(--accent); }
.tag { display: inline-block; padding: 0 6px; border: 1px solid var(--line); border-radius: 8px; margin: 0 4px 2px 0; }
@media print { :root { --ground: #ffffff; --raised: #ffffff; --line: #c4ccd6; --words: #000000; --muted: #444444;
  --gain: #0b6e61; --loss: #b02532; --accent: #1f62c4; --warning: #6b4500; }
  body { padding: 0; max-width: none; font-size: 10px; } .wide { overflow: visible; }
  .charts { grid-template-columns: 1fr 1fr; } table { font-size: 9px; } th, td { padding: 2px 3px; }
  .tiles { grid-template-columns: repeat(6, 1fr); } .tile { padding: 6px 8px; break-inside: avoid; }
  .tile b { font-size: 13px; } h2, h3 { break-after: avoid; } thead { display: table-header-group; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } @page { margin: 12mm; size: A4 landscape; } }
"""
