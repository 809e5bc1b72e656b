// The youth's phone.

import { $, dayName, draw, h, post, say, tabs, upload, writer } from "./dom.js";
import { choose, chosen } from "./app.js";

const KINDS = {
  voice: "🎤 Talemelding", sticker: "Klistremerke", video: "🎬 Video", video_note: "🎬 Videohilsen",
  audio: "🎵 Lyd", animation: "GIF", location: "📍 Posisjon", contact: "👤 Kontakt", venue: "📍 Sted",
  dice: "🎲 Terning", poll: "📊 Avstemning", photo: "Bilde", document: "Fil",
};

let editing = null;
let blocked = false;
let mayEdit = true;
let toasts = { youth: null, app: null, count: 0 };

const act = (what) => post("/demo/youth", { youth: chosen.youth, app: chosen.app, ...what });

export function startPhone() {
  writer($("youth-form"), $("youth-text"), $("bubbles"), async (text) => {
    if (editing !== null) {
      await act({ do: "edits", message_id: editing, text });
      edit(null);
    } else {
      await act({ do: "says", text });
    }
  });
  $("youth-edit-stop").addEventListener("click", () => edit(null));
  $("block").addEventListener("click", () => act({ do: blocked ? "unblocks" : "blocks" }));
  $("youth-file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const kind = file.type.startsWith("image/") ? "photo" : "document";
    await upload("/demo/youth/file", { youth: chosen.youth, app: chosen.app, kind }, file);
  });
}

export function showPhone({ bot, app, apps, youths, youth }) {
  const more = h("button", { type: "button", class: "plus", "aria-label": "Ny ungdom", title: "Ny ungdom", onclick: newYouth }, "+");
  tabs($("youths"), youths, youth?.id, (id) => { edit(null); choose({ youth: id }); }, [more]);
  $("bot-name").textContent = bot;
  $("apps").hidden = apps.length < 2;
  tabs($("apps"), apps, app, (id) => { edit(null); choose({ app: id }); });
  $("phone").dataset.app = app;
  if (!youth) return;
  blocked = youth.blocked;
  $("block").hidden = blocked === null;
  $("block").textContent = blocked ? "Opphev blokkering" : "Blokker";
  $("bot-note").textContent = youth.note;
  mayEdit = youth.edits;
  draw($("bubbles"), [youth.id, app, youth.chat], () => bubbles(youth), { follow: true });
  if (toasts.youth === youth.id && app === toasts.app && youth.toasts > toasts.count) toast(youth.toast);
  toasts = { youth: youth.id, app, count: youth.toasts };
}

function bubbles(youth) {
  if (!youth.chat.length) {
    return h("li", { class: "empty" },
      h("p", {}, `${youth.name} har ikke skrevet ennå.`),
      h("button", { type: "button", class: "start", onclick: () => act({ do: "starts" }) }, "Start"));
  }
  let day = "";
  return youth.chat.flatMap((bubble) => {
    const items = [];
    if (bubble.day !== day) {
      day = bubble.day;
      items.push(h("li", { class: "day" }, dayName(day)));
    }
    items.push(one(bubble));
    return items;
  });
}

function one(bubble) {
  const mine = bubble.by === "youth";
  if (bubble.deleted) {
    const words = bubble.deleted === "bot" ? "Slettet av utekontakten, også her" : "Du slettet denne";
    return h("li", { class: `bubble gone ${mine ? "mine" : "theirs"}` }, h("p", {}, words));
  }
  return h("li", { class: `bubble ${mine ? "mine" : "theirs"}` },
    h("div", { class: "body" },
      h("span", { class: "unseen" }, mine ? "Du: " : "Utekontakten: "),
      content(bubble),
      h("span", { class: "meta" }, bubble.edited ? "endret " : "", bubble.at, mine ? h("span", { class: "ticks", "aria-hidden": "true" }, " ✓✓") : null)),
    bubble.buttons.length ? keyboard(bubble) : null,
    mine && mayEdit ? tools(bubble) : null);
}

function content(bubble) {
  const parts = [];
  if (bubble.picture) {
    parts.push(h("img", { src: `/demo/picture/${chosen.app}/${bubble.picture}`, alt: "Bilde", class: "picture" }));
  } else if (bubble.kind !== "text") {
    parts.push(h("span", { class: "attached" }, bubble.file ? `📎 ${bubble.file}` : KINDS[bubble.kind] ?? bubble.kind));
  }
  if (bubble.text) parts.push(h("span", { class: "text" }, bubble.text));
  return parts;
}

function keyboard(bubble) {
  return h("div", { class: "keyboard" }, bubble.buttons.map((row) =>
    h("div", { class: "keys" }, row.map((button) =>
      h("button", { type: "button", "data-key": `${bubble.id}${button}`, onclick: () => act({ do: "presses", message_id: bubble.id, button }) }, button)))));
}

function tools(bubble) {
  return h("div", { class: "tools" },
    h("button", { type: "button", "aria-label": "Endre meldingen", "data-key": `e${bubble.id}`, title: "Endre", onclick: () => edit(bubble) }, "✎"),
    h("button", { type: "button", "aria-label": "Slett meldingen", "data-key": `d${bubble.id}`, title: "Slett", onclick: () => act({ do: "deletes", message_id: bubble.id }) }, "🗑"));
}

function edit(bubble) {
  editing = bubble?.id ?? null;
  $("youth-editing").hidden = editing === null;
  $("youth-text").value = bubble?.text ?? "";
  if (bubble) $("youth-text").focus();
}

let fading;

function toast(words) {
  $("toast").textContent = words;
  $("toast").hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { $("toast").hidden = true; }, 3000);
}

const NAMES = ["Jonas", "Sara", "Emil", "Aisha", "Nora", "Filip", "Thea", "Isak"];
let next = 0;

async function newYouth() {
  const answer = await post("/demo/youth", { do: "new", name: NAMES[next++ % NAMES.length] });
  if (answer.youth) await choose({ youth: answer.youth });
  else say("Det gikk ikke å lage en ny ungdom.");
}
