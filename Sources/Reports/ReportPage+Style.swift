/// The page's style sheet. Blue is better and orange worse, a pair that colour-blind readers tell apart; signs and
/// words say the same.
extension ReportPage {
  static let style = """
    :root { --paper: #fbfaf7; --card: #ffffff; --ink: #1d1f23; --faint: #62666e; --line: #dedbd3;
      --better: 38 98 176; --worse: 196 92 20; --good: #1f7a4a; --bad: #b3261e; --doubt: #8a5a00; }
    @media (prefers-color-scheme: dark) {
      :root { --paper: #15171a; --card: #1d2024; --ink: #e8e6e1; --faint: #9da1a8; --line: #34383e;
        --better: 110 168 240; --worse: 240 150 80; --good: #6ccb95; --bad: #f2867d; --doubt: #e0b050; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
    main { max-width: 920px; margin: 0 auto; padding: 32px 20px 48px; }
    h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; font-weight: 650; }
    h2 { font-size: 16px; margin: 0 0 12px; font-weight: 650; }
    h3 { font-size: 13px; margin: 16px 0 4px; font-weight: 600; color: var(--faint); }
    p { margin: 8px 0; } .sub, footer, .note { color: var(--faint); } .note { font-size: 13px; }
    .badge { display: inline-block; vertical-align: 4px; font-size: 13px; font-weight: 600; padding: 1px 10px;
      border: 1px solid currentColor; border-radius: 999px; }
    .ok { color: var(--good); } .over { color: var(--bad); } .undecided { color: var(--doubt); }
    section, details { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      padding: 18px 20px; margin: 16px 0; break-inside: avoid; }
    summary { font-weight: 650; cursor: pointer; } details table { margin-top: 12px; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(112px, 1fr)); gap: 10px; margin: 20px 0; }
    .tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; }
    .tiles dt { color: var(--faint); font-size: 12px; } .tiles dd { margin: 0; font-size: 17px; font-weight: 600; white-space: nowrap; }
    .alarms { border-left: 4px solid var(--doubt); margin: 16px 0; padding: 6px 14px 6px 30px; }
    .wide { overflow-x: auto; } .wide svg { min-width: 640px; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
    th { text-align: left; font-size: 12px; font-weight: 600; color: var(--faint); white-space: nowrap; }
    th, td { padding: 5px 10px; border-bottom: 1px solid var(--line); } tr:last-child td { border-bottom: 0; }
    td { overflow-wrap: anywhere; } .n { text-align: right; white-space: nowrap; overflow-wrap: normal; }
    .heat td { text-align: center; white-space: nowrap; border: 2px solid var(--card); }
    .heat th { text-align: center; border: 0; } .heat th:first-child { text-align: left; }
    .better { background: rgb(var(--better) / var(--weight)); } .worse { background: rgb(var(--worse) / var(--weight)); }
    .never { color: var(--faint); } .this th { color: var(--ink); }
    svg { display: block; width: 100%; height: auto; } svg text { font-size: 13px; fill: var(--ink); }
    svg .faint { fill: var(--faint); font-size: 12px; } svg .end { text-anchor: end; }
    .axis { stroke: var(--faint); stroke-width: 1; } .limit { stroke: var(--bad); stroke-width: 2; stroke-dasharray: 3 3; }
    .whisker { stroke: var(--ink); stroke-width: 1.5; } .bar-better { fill: rgb(var(--better)); }
    .bar-worse { fill: rgb(var(--worse)); } svg .ok { fill: var(--good); } svg .over { fill: var(--bad); font-weight: 600; }
    svg .undecided { fill: var(--doubt); font-weight: 600; }
    .curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 14px 20px; }
    .curves figure { margin: 0; break-inside: avoid; } .curves figcaption { font-size: 13px; font-weight: 600; }
    .curve { fill: none; stroke: rgb(var(--better)); stroke-width: 1.5; } .point { fill: rgb(var(--better)); }
    .base { fill: var(--card); stroke: rgb(var(--better)); stroke-width: 1.5; }
    .share0 { fill: rgb(var(--better)); } .share1 { fill: rgb(var(--better) / 0.65); }
    .share2 { fill: rgb(var(--better) / 0.4); } .share3 { fill: rgb(var(--better) / 0.25); } .share4 { fill: var(--line); }
    @media print { body { background: none; } main { padding: 0; } }
    """
}
