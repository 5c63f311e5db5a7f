/** Style of text, figures, findings and tables. */

export const layoutStyles = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 var(--sans)}
main{max-width:1180px;margin:0 auto;padding:40px 32px 64px}
h1{font-size:30px;line-height:1.2;font-weight:650;letter-spacing:-.015em;margin:6px 0 10px;max-width:32em;text-wrap:balance}
h2{font-size:20px;line-height:1.3;font-weight:650;margin:56px 0 4px}
h3{font-size:17px;line-height:1.4;font-weight:600;margin:0;text-wrap:pretty}
p{margin:0}
code,.mono{font-family:var(--mono);font-size:.88em;overflow-wrap:anywhere}
.what{color:var(--quiet);overflow-wrap:anywhere}
.what code{color:var(--ink)}
.trust{margin-top:2px}
.good{color:var(--good)}.attention{color:var(--attention)}.accent{color:var(--accent)}.bad{color:var(--bad)}
.quiet{color:var(--quiet)}
.figures{display:grid;grid-template:auto auto auto/repeat(3,minmax(0,1fr));margin:32px 0 0;border-top:1px solid var(--line)}
.figures div{padding:14px 24px 0 0;display:grid;grid-row:span 3;grid-template-rows:subgrid}
.figures div+div{padding-left:24px;border-left:1px solid var(--line)}
.figures dt{color:var(--quiet);font-size:14px}
.figures dd{margin:0}
.figures dd.value{font-size:34px;line-height:1.2;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.figures dd.note{color:var(--quiet);font-size:14px;font-variant-numeric:tabular-nums}
.lead{color:var(--quiet);max-width:44em}
.finding{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,500px);gap:8px 48px;padding:22px 0 24px;border-top:1px solid var(--line);break-inside:avoid}
.finding:first-of-type{margin-top:16px}
.finding .question{color:var(--quiet);font-size:14px;margin-bottom:6px}
.finding ul{list-style:none;margin:0;padding:0}
.finding li{padding-left:1.5em;text-indent:-1.5em;margin-bottom:12px}
.finding li>*{text-indent:0}
.finding li h3{display:inline}
.finding .sign{display:inline-block;width:1.5em;font-family:var(--mono);font-weight:700}
.finding .advice{margin-top:2px}
.finding .events{font-size:13px;color:var(--quiet);font-family:var(--mono);overflow-wrap:anywhere}
.finding .basis{font-size:13px;color:var(--quiet)}
.finding figure{margin:0}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:28px 48px;margin-top:18px;padding-top:18px;border-top:1px solid var(--line)}
.plots figure{margin:0;break-inside:avoid}
.plots .question{font-size:14px;margin-bottom:8px}
.plot{display:block;width:100%;height:auto;overflow:visible}
.plot text{font:12px var(--sans);fill:var(--quiet);font-variant-numeric:tabular-nums}
.plots .plot text{font-size:14.5px}
.plot text.strong{fill:var(--ink)}
.plot .axis{stroke:var(--line);stroke-width:1;fill:none}
.plot .line{stroke:var(--ink);stroke-width:1.5;fill:none;stroke-linejoin:round}
.plot .area{fill:var(--fold)}
.plot .bar{fill:var(--quiet)}
.plot .fit{stroke:var(--ink);stroke-width:1.25;stroke-dasharray:5 3;fill:none}
.plot .mark-good{stroke:var(--mark-good)}.plot .mark-attention{stroke:var(--mark-attention)}
.plot .mark-accent{stroke:var(--mark-accent)}.plot .mark-bad{stroke:var(--mark-bad)}
.plot .mark{stroke-width:1.6;fill:none;stroke-linecap:round}
.plot .bar-good{fill:var(--mark-good)}.plot .bar-attention{fill:var(--mark-attention)}
.plot .bar-accent{fill:var(--mark-accent)}.plot .bar-bad{fill:var(--mark-bad)}
figcaption{font-size:13px;color:var(--quiet);margin-top:6px}
.scroll{overflow-x:auto;margin-top:14px}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:5px 20px 5px 0;border-bottom:1px solid var(--line);vertical-align:baseline}
th{font-weight:500;color:var(--quiet);white-space:nowrap}
th.number,td.number{text-align:right;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
td.name{overflow-wrap:anywhere;min-width:9em}
th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
th button:hover{color:var(--ink)}
th[aria-sort] button{color:var(--ink)}
th[aria-sort=ascending] button::after{content:" ↑"}
th[aria-sort=descending] button::after{content:" ↓"}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
footer{margin-top:56px;padding-top:14px;border-top:1px solid var(--line);font-size:14px;color:var(--quiet)}
@media (max-width:760px){
main{padding:24px 16px 48px}h1{font-size:24px}
.figures div{padding:10px 10px 0 0}.figures div+div{padding-left:10px}
.figures dd.value{font-size:22px}.figures dt,.figures dd.note{font-size:12.5px}
.finding{grid-template-columns:minmax(0,1fr)}
h2{margin-top:40px}
.plot text,.plots .plot text{font-size:15px}}
@media print{body{font-size:11pt}main{max-width:none;padding:0}h2{break-after:avoid}
th button::after{content:""}}
`;
