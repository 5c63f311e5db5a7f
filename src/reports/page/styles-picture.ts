/** Style of the address-time picture and its surroundings. */

export const pictureStyles = `
.picture{margin-top:36px}
.picture-head{display:flex;flex-wrap:wrap;align-items:center;gap:6px 18px;margin-bottom:10px}
.picture-head h2{margin:0;flex:1 1 auto}
.picture-head select,.picture-head button{font:14px var(--sans);color:var(--ink);background:var(--ground);border:1px solid var(--line);border-radius:4px;height:30px;padding:0 9px}
.picture-head button{min-width:32px;cursor:pointer}
.picture-head button:hover{border-color:var(--quiet)}
.buttons,.process-choice,.live-only{display:none}
.live-page .live-only{display:inline}
.live-page .buttons,.live-page .process-choice{display:flex;gap:6px;align-items:center}
#picture{position:relative}
#picture-canvas{display:none;width:100%;height:460px;cursor:crosshair;touch-action:pan-y}
#picture-canvas.held{cursor:grabbing}
#picture.live #picture-canvas{display:block}
#picture.live .still{display:none}
.still{overflow-x:auto}
.still svg{display:block;width:100%;min-width:680px;height:auto}
.still text{font:11px var(--mono);fill:var(--quiet)}
.still .fold{fill:var(--fold)}
.still .axis{stroke:var(--line);stroke-width:1}
.still .halo{stroke:var(--ground);stroke-width:3;fill:none}
.still .arrow{stroke:var(--ink);stroke-width:1.1;fill:none}
.hatch{stroke:var(--kind-reserved);stroke-width:1;fill:none}
#picture-tooltip{position:absolute;z-index:2;pointer-events:none;display:grid;gap:1px;max-width:min(30em,92%);padding:8px 11px;background:var(--ground);color:var(--ink);border:1px solid var(--quiet);border-radius:4px;font-size:13px;line-height:1.4}
#picture-tooltip[hidden]{display:none}
#picture-tooltip span{font-family:var(--mono);font-size:12px;overflow-wrap:anywhere}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:10px 0 0;padding:0;list-style:none;font-size:13px;color:var(--quiet)}
.legend li{display:flex;align-items:center;gap:6px}
.legend svg{width:14px;height:14px;flex:none}
.note{font-size:13px;color:var(--quiet);margin-top:6px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:760px){#picture-canvas{height:380px}}
@media print{#picture.live #picture-canvas,#picture-tooltip,.live-page .buttons,.live-page .process-choice,.live-page .live-only{display:none}
#picture.live .still{display:block}.still svg{min-width:0}
svg,.legend{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
