// The team leader's log, as far as a glance goes; the whole of it is in the case store.

import { $, draw, h } from "./dom.js";

const SIGNS = { ok: "✓", waiting: "…", alarm: "!" };
const SAID = { ok: "I orden", waiting: "Venter", alarm: "Se på denne" };

export function showLog({ rows, url }) {
  const link = $("log-link");
  link.hidden = !url;
  if (url) link.href = url;
  draw($("log"), rows, () => rows.length ? rows.map(one) : h("li", { class: "empty" }, h("p", {}, "Ingenting er overført ennå.")));
}

function one(row) {
  const state = row.state in SIGNS ? row.state : "waiting";
  return h("li", { class: `entry ${state}` },
    h("span", { class: "sign", role: "img", "aria-label": SAID[state] }, SIGNS[state]),
    h("div", {},
      h("p", { class: "by" }, h("strong", {}, row.title ?? ""), h("time", {}, row.at ?? "")),
      row.detail ? h("p", {}, row.detail) : null,
      row.lines?.length ? h("ul", {}, row.lines.map((line) => h("li", {}, line))) : null));
}
