// The team's Slack: rooms, messages, a room thread, pushes on the phone.

import { $, dayName, draw, h, post, redraw, say, tabs, upload, writer } from "./dom.js";
import { choose, chosen } from "./app.js";
import { blocks } from "./blocks.js";
import { mrkdwn } from "./mrkdwn.js";

let names = {};
let editing = null;
const alerted = new Set();

export async function act(what) {
  const answer = await post("/demo/slack", { user: chosen.user, room: chosen.room, ...what });
  if (answer.ok && answer.acknowledged === false && !answer.errors) say("Slack: appen svarte ikke.");
  return answer;
}

export function startSlack() {
  writer($("room-form"), $("room-text"), $("messages"), (text) => act({ do: "posts", text }));
  writer($("thread-form"), $("thread-text"), $("replies"), (text) => act({ do: "posts", text, thread: chosen.thread }));
  $("thread-close").addEventListener("click", () => { choose({ thread: "" }); });
  attach($("room-file"), () => ({}));
  attach($("thread-file"), () => ({ thread: chosen.thread }));
}

function attach(input, where) {
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (file) await upload("/demo/slack/file", { user: chosen.user, room: chosen.room, ...where() }, file);
  });
}

export function showSlack(slack) {
  names = slack.names;
  tabs($("people"), slack.users, slack.user, (user) => { alerted.clear(); editing = null; choose({ user }); });
  draw($("rooms"), [slack.rooms, slack.room], () => slack.rooms.map((room) =>
    h("li", {}, h("button", { type: "button", "aria-current": room.id === slack.room ? "true" : null, onclick: () => choose({ room: room.id, thread: "" }) },
      h("span", { class: "lock", "aria-hidden": "true" }, "🔒"), room.name))));
  $("room-name").textContent = slack.rooms.find((room) => room.id === slack.room)?.name ?? "";
  $("link-state").textContent = slack.connected ? "Utebru er tilkoblet" : "Utebru er ikke tilkoblet";
  $("link-state").dataset.on = String(slack.connected);
  const context = { user: slack.user, editing };
  draw($("messages"), [slack.messages, context, chosen.thread], () => list(slack.messages, "messages"), { follow: true });
  $("thread").hidden = !slack.thread;
  if (!slack.thread) chosen.thread = "";
  else draw($("replies"), [slack.thread, context], () => list(slack.thread.messages, "replies"), { follow: true });
  alerts(slack);
}

function list(messages, place) {
  if (!messages.length) return h("li", { class: "empty" }, h("p", {}, "Ingen meldinger ennå. Skriv noe på telefonen til venstre."));
  let day = "";
  return messages.flatMap((message) => {
    const items = [];
    if (message.day !== day) {
      day = message.day;
      items.push(h("li", { class: "day" }, h("span", {}, dayName(day))));
    }
    items.push(one(message, place));
    return items;
  });
}

function one(message, place) {
  const inRoom = place === "messages";
  const kind = ["message", message.only_you ? "only-you" : "", message.tombstone ? "tombstone" : "", inRoom && message.ts === chosen.thread ? "chosen" : ""].join(" ");
  if (message.tombstone) {
    return h("li", { class: kind }, h("span", { class: "face none", "aria-hidden": "true" }, "🗑"),
      h("div", { class: "said" }, h("p", { class: "muted" }, "Denne meldingen ble slettet."), inRoom ? into(message) : null));
  }
  return h("li", { class: kind },
    h("span", { class: `face ${message.app ? "app" : `face-${tint(message.user)}`}`, "aria-hidden": "true" }, message.app ? "" : message.author[0]),
    h("div", { class: "said" },
      message.only_you ? h("p", { class: "eye" }, "👁 Bare synlig for deg") : null,
      h("p", { class: "by" }, h("strong", {}, message.author), message.app ? h("span", { class: "badge" }, "APP") : null, h("time", {}, message.at)),
      editing === message.ts ? editor(message) : body(message),
      message.files.map(file),
      message.reactions.length ? h("p", { class: "reactions" }, message.reactions.map(([name, count]) => h("span", {}, `${mark(name)} ${count}`))) : null,
      inRoom ? into(message) : null),
    tools(message));
}

function body(message) {
  const context = { names, press: (button, value) => act({ do: "presses", ts: message.ts, button, value }) };
  const shown = message.blocks.length ? blocks(message.blocks, context) : [h("p", {}, mrkdwn(message.text, names))];
  const edited = message.edited ? h("small", { class: "muted edited" }, "(redigert)") : null;
  return h("div", { class: "content" }, shown, edited);
}

function file(each) {
  if (each.gone) return h("p", { class: "file gone" }, "Filen er slettet.");
  if (each.picture) return h("img", { class: "picture", src: `/demo/picture/slack/${each.id}`, alt: each.title });
  return h("p", { class: "file" }, `📄 ${each.title}`);
}

function into(message) {
  if (message.only_you) return null;
  const words = message.replies ? `${message.replies} svar` : "Svar i tråd";
  return h("button", { type: "button", class: message.replies ? "replies" : "replies faint", "data-key": `t${message.ts}`,
    onclick: async () => { await choose({ thread: message.ts }); $("replies").scrollTop = $("replies").scrollHeight; } }, words);
}

function tools(message) {
  if (message.user !== chosen.user || message.only_you) return null;
  return h("div", { class: "tools" },
    h("button", { type: "button", "aria-label": "Rediger meldingen", "data-key": `r${message.ts}`, title: "Rediger", onclick: () => edit(message.ts) }, "✎"),
    h("button", { type: "button", "aria-label": "Slett meldingen", "data-key": `d${message.ts}`, title: "Slett", onclick: () => act({ do: "deletes", ts: message.ts }) }, "🗑"));
}

function editor(message) {
  const field = h("textarea", { "aria-label": "Ny tekst", rows: "2", "data-key": `e${message.ts}` });
  field.value = message.text;
  const form = h("form", { class: "editor" }, field,
    h("button", { type: "button", class: "quiet", onclick: () => edit(null) }, "Avbryt"),
    h("button", { type: "submit", class: "primary" }, "Lagre"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    edit(null);
    if (text) await act({ do: "edits", ts: message.ts, text });
  });
  queueMicrotask(() => field.focus());
  return form;
}

function edit(ts) {
  editing = ts;
  redraw($("messages"));
  redraw($("replies"));
  choose({});
}

function alerts(slack) {
  const place = $("alerts");
  const first = !place.dataset.user || place.dataset.user !== slack.user;
  place.dataset.user = slack.user;
  for (const alert of slack.alerts) {
    if (alerted.has(alert.ts)) continue;
    alerted.add(alert.ts);
    if (first) continue;
    const item = h("li", {}, h("small", {}, `Varsel på mobilen · ${alert.room}`), h("p", {}, alert.text));
    place.append(item);
    setTimeout(() => item.remove(), 7000);
  }
}

function tint(user) {
  return [...user].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 5;
}

function mark(name) {
  return { white_check_mark: "✅", eyes: "👀", warning: "⚠️", hourglass_flowing_sand: "⏳", "+1": "👍", heart: "❤️", x: "❌" }[name] ?? `:${name}:`;
}
