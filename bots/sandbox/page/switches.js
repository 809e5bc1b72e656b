// «Ødelegg noe».

import { $, draw, h, post } from "./dom.js";

export function showSwitches(all) {
  draw($("switches"), all, () => all.map((each) => each.kind === "button"
    ? h("button", { type: "button", class: "switch", "data-key": each.name, onclick: () => turn(each.name, true) }, each.label)
    : h("button", { type: "button", class: "switch", role: "switch", "data-key": each.name, "aria-checked": String(each.on), onclick: () => turn(each.name, !each.on) },
      h("span", { class: "knob", "aria-hidden": "true" }), each.label)));
}

const turn = (name, on) => post("/demo/break", { name, on });
