// Block Kit as people know it from Slack.

import { h } from "./dom.js";
import { mrkdwn, rich } from "./mrkdwn.js";

/** `context.press(action_id, value)` is called for what is pressed; `context.names` for mentions. */
export function blocks(all, context) {
  return all.map((block) => one(block, context));
}

function one(block, context) {
  switch (block.type) {
    case "header": return h("h4", { class: "b-header" }, block.text.text);
    case "divider": return h("hr");
    case "context": return h("div", { class: "b-context" }, block.elements.map((each) => each.type === "image" ? picture(each) : h("span", {}, words(each, context))));
    case "image": return h("figure", {}, picture(block), block.title ? h("figcaption", {}, block.title.text) : null);
    case "rich_text": return h("div", { class: "b-rich" }, rich(block.elements, context.names));
    case "actions": return h("div", { class: "b-actions" }, block.elements.map((each) => control(each, context)));
    case "section": return section(block, context);
    default: return h("p", { class: "muted" }, `[${block.type}]`);
  }
}

function section(block, context) {
  return h("div", { class: "b-section" },
    h("div", {},
      block.text ? h("p", {}, words(block.text, context)) : null,
      block.fields ? h("div", { class: "b-fields" }, block.fields.map((each) => h("p", {}, words(each, context)))) : null),
    block.accessory ? (block.accessory.type === "image" ? picture(block.accessory) : control(block.accessory, context)) : null);
}

export function words(text, context) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, context.names) : text.text;
}

function picture(image) {
  return h("img", { class: "picture", src: image.image_url, alt: image.alt_text });
}

export function control(element, context) {
  if (element.type === "button") {
    const press = async (event) => {
      if (element.confirm && !window.confirm(`${element.confirm.title?.text ?? ""}\n${element.confirm.text?.text ?? ""}`)) return;
      const button = event.currentTarget;
      button.disabled = true;
      await context.press(element.action_id);
      button.disabled = false;
    };
    if (element.url) return h("a", { class: "b-button", href: element.url, target: "_blank", rel: "noopener noreferrer", onclick: () => context.press(element.action_id) }, element.text.text);
    return h("button", { type: "button", class: `b-button ${element.style ?? ""}`, "data-key": `${element.action_id}${element.value ?? ""}`, onclick: press }, element.text.text);
  }
  if (["static_select", "overflow", "users_select"].includes(element.type)) {
    const select = h("select", { class: "b-select", "aria-label": element.placeholder?.text ?? "Velg" },
      h("option", { value: "" }, element.placeholder?.text ?? "Velg …"), options(element, context));
    select.addEventListener("change", () => select.value && context.press(element.action_id, select.value));
    return select;
  }
  return h("span", { class: "muted" }, `[${element.type}]`);
}

export function options(element, context) {
  if (element.type === "users_select") {
    return Object.entries(context.names).map(([id, name]) => h("option", { value: id }, name));
  }
  const all = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
  const initial = element.initial_option?.value;
  return all.map((option) => h("option", { value: option.value, selected: option.value === initial }, option.text.text));
}
