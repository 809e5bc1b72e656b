// Slack's mrkdwn as nodes. Everything is made as text; nothing is ever parsed as HTML.

import { h } from "./dom.js";

const EMOJI = {
  warning: "⚠️", white_check_mark: "✅", x: "❌", eyes: "👀", lock: "🔒", rotating_light: "🚨", hourglass_flowing_sand: "⏳",
  fox_face: "🦊", speech_balloon: "💬", telephone_receiver: "📞", memo: "📝", bell: "🔔", bust_in_silhouette: "👤",
};
const TOKENS = /(```[\s\S]+?```|`[^`\n]+`|<[^>\n]+>|\*[^*\n]+\*|(?<![\w])_[^_\n]+_(?![\w])|~[^~\n]+~|:[a-z0-9_+-]+:)/g;

export function mrkdwn(text, names) {
  const lines = text.split("\n");
  const nodes = [];
  let quote = null;
  lines.forEach((line, number) => {
    if (/^(&gt;|>) ?/.test(line)) {
      quote ??= nodes[nodes.push(h("blockquote")) - 1];
      if (quote.childNodes.length) quote.append(h("br"));
      quote.append(...inline(line.replace(/^(&gt;|>) ?/, ""), names));
      return;
    }
    if (number && !quote) nodes.push(h("br"));
    quote = null;
    nodes.push(...inline(line, names));
  });
  return nodes;
}

function inline(text, names) {
  return text.split(TOKENS).filter(Boolean).map((part) => token(part, names));
}

function token(part, names) {
  if (part.startsWith("```") && part.length > 6) return h("pre", {}, plain(part.slice(3, -3)));
  if (/^`.+`$/.test(part)) return h("code", {}, plain(part.slice(1, -1)));
  if (/^<.+>$/.test(part)) return special(part.slice(1, -1), names);
  if (/^\*.+\*$/.test(part)) return h("strong", {}, inline(part.slice(1, -1), names));
  if (/^_.+_$/.test(part)) return h("em", {}, inline(part.slice(1, -1), names));
  if (/^~.+~$/.test(part)) return h("s", {}, inline(part.slice(1, -1), names));
  if (/^:.+:$/.test(part)) return EMOJI[part.slice(1, -1)] ?? part;
  return plain(part);
}

function special(inside, names) {
  const [what, label] = inside.split("|");
  if (what.startsWith("@")) return h("span", { class: "mention" }, `@${names[what.slice(1)] ?? "ukjent"}`);
  if (what.startsWith("!date")) return plain(label ?? "");
  if (what.startsWith("!")) return h("span", { class: "mention" }, `@${what.slice(1)}`);
  if (what.startsWith("#")) return h("span", { class: "mention" }, `#${label ?? "rom"}`);
  if (/^https?:/.test(what)) return h("a", { href: what, target: "_blank", rel: "noopener noreferrer" }, plain(label ?? what));
  return plain(inside);
}

function plain(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function rich(elements, names) {
  return elements.map((element) => {
    switch (element.type) {
      case "rich_text_section": return h("p", {}, rich(element.elements, names));
      case "rich_text_quote": return h("blockquote", {}, rich(element.elements, names));
      case "rich_text_preformatted": return h("pre", {}, rich(element.elements, names));
      case "rich_text_list": return h(element.style === "ordered" ? "ol" : "ul", { class: "rich-list" }, element.elements.map((each) => h("li", {}, rich([each], names))));
      case "user": return h("span", { class: "mention" }, `@${names[element.user_id] ?? "ukjent"}`);
      case "broadcast": return h("span", { class: "mention" }, `@${element.range}`);
      case "link": return h("a", { href: element.url, target: "_blank", rel: "noopener noreferrer" }, element.text ?? element.url);
      case "emoji": return EMOJI[element.name] ?? `:${element.name}:`;
      case "text": return styled(element);
      default: return element.text ?? "";
    }
  });
}

function styled({ text, style = {} }) {
  let node = document.createTextNode(text);
  for (const [name, tag] of [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["code", "code"]]) {
    if (style[name]) node = h(tag, {}, node);
  }
  return node;
}
