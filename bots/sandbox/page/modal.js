// A modal: fields to fill in, and the answer when it is sent.

import { $, draw, h, redraw, say } from "./dom.js";
import { chosen } from "./app.js";
import { blocks, options, words } from "./blocks.js";
import { act } from "./slack.js";

const dialog = $("modal");
let names = {};
let sending = false;

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  act({ do: "closes" });
});

export function showModal({ modal, names: known }) {
  names = known;
  if (!modal) {
    if (dialog.open) dialog.close();
    redraw(dialog);
    return;
  }
  draw(dialog, [modal.id, modal.hash], () => view(modal));
  if (!dialog.open) dialog.showModal();
}

function view(modal) {
  const context = { names, press: (button, value) => act({ do: "presses_in_modal", button, value }) };
  const form = h("form", { novalidate: true },
    h("div", { class: "modal-head" }, h("h2", { id: "modal-title" }, modal.title?.text ?? ""),
      h("button", { type: "button", class: "quiet", "aria-label": "Lukk", onclick: () => act({ do: "closes" }) }, "×")),
    h("div", { class: "fields" }, modal.blocks.map((block) => block.type === "input" ? field(block) : blocks([block], context))),
    h("div", { class: "modal-foot" },
      h("button", { type: "button", class: "b-button", onclick: () => act({ do: "closes" }) }, modal.close?.text ?? "Avbryt"),
      modal.submit ? h("button", { type: "submit", class: "b-button primary" }, modal.submit.text) : null));
  form.addEventListener("submit", (event) => { event.preventDefault(); submit(form); });
  return form;
}

async function submit(form) {
  if (sending) return;
  sending = true;
  const answer = await act({ do: "submits", values: valuesOf(form) });
  sending = false;
  for (const place of form.querySelectorAll(".fault")) {
    const words = answer.errors?.[place.dataset.block] ?? "";
    place.textContent = words.startsWith("Please complete") ? "Fyll ut dette feltet." : words;
  }
}

function valuesOf(form) {
  const values = {};
  for (const place of form.querySelectorAll("[data-action]")) {
    const { action, many } = place.dataset;
    if (many) values[action] = [...place.querySelectorAll("input:checked")].map((input) => input.value);
    else if (place.matches("fieldset")) values[action] = place.querySelector("input:checked")?.value ?? null;
    else if (place.type === "file") values[action] = JSON.parse(place.dataset.chosen ?? "[]");
    else if (place.type === "datetime-local") values[action] = place.value ? String(Date.parse(place.value) / 1000) : null;
    else if (place.multiple) values[action] = [...place.selectedOptions].map((option) => option.value);
    else values[action] = place.value || null;
  }
  return values;
}

/** What `datetime-local` wants, of seconds since 1970. */
function minuteOf(seconds) {
  if (!seconds) return "";
  const at = new Date(seconds * 1000);
  return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** Slack has a file from when it is chosen; the form only names it. */
async function choosePictures(event) {
  const place = event.target;
  const ids = [];
  for (const file of place.files) {
    const asked = new URLSearchParams({ user: chosen.user, name: file.name });
    const response = await fetch(`/demo/slack/form-file?${asked}`, { method: "POST", body: file });
    if (response.ok) ids.push((await response.json()).file);
    else say("Bildet ble ikke tatt imot.");
  }
  place.dataset.chosen = JSON.stringify(ids);
}

function field(block) {
  const { element } = block;
  const id = `f-${block.block_id}`;
  const group = ["checkboxes", "radio_buttons"].includes(element.type);
  const label = [block.label.text, block.optional ? h("small", { class: "muted" }, " (valgfritt)") : null];
  const fault = h("p", { class: "fault", role: "alert", "data-block": block.block_id });
  const hint = block.hint ? h("p", { class: "muted hint" }, block.hint.text) : null;
  if (group) return h("fieldset", { class: "field", "data-action": element.action_id, "data-many": element.type === "checkboxes" ? "yes" : null }, h("legend", {}, label), choices(element, id), hint, fault);
  return h("div", { class: "field" }, h("label", { for: id }, label), input(element, id), hint, fault);
}

function choices(element, id) {
  const on = new Set((element.initial_options ?? [element.initial_option].filter(Boolean)).map((option) => option.value));
  return element.options.map((option, number) => h("label", { class: "choice", for: `${id}-${number}` },
    h("input", { type: element.type === "checkboxes" ? "checkbox" : "radio", id: `${id}-${number}`, name: id, value: option.value, checked: on.has(option.value) }),
    h("span", {}, words(option.text, { names }), option.description ? h("small", { class: "muted" }, ` ${option.description.text}`) : null)));
}

function input(element, id) {
  const common = { id, "data-action": element.action_id, placeholder: element.placeholder?.text };
  switch (element.type) {
    case "plain_text_input": {
      const made = h(element.multiline ? "textarea" : "input", { ...common, maxlength: String(element.max_length ?? 3000), rows: "5", autofocus: true });
      made.value = element.initial_value ?? "";
      return made;
    }
    case "static_select":
    case "users_select":
      return h("select", common, h("option", { value: "" }, element.placeholder?.text ?? "Velg …"), options(element, { names }));
    case "multi_static_select": {
      const on = new Set((element.initial_options ?? []).map((option) => option.value));
      const made = h("select", { ...common, multiple: true, size: "6" }, options(element, { names }));
      for (const option of made.options) option.selected = on.has(option.value);
      return made;
    }
    case "datepicker": return h("input", { ...common, type: "date", value: element.initial_date ?? "" });
    case "timepicker": return h("input", { ...common, type: "time", value: element.initial_time ?? "" });
    case "datetimepicker": return h("input", { ...common, type: "datetime-local", value: minuteOf(element.initial_date_time) });
    case "file_input": return h("input", { ...common, type: "file", multiple: true, accept: (element.filetypes ?? []).map((end) => `.${end}`).join(","), onchange: choosePictures });
    default: return h("input", common);
  }
}
