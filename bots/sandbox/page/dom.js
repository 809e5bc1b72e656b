// Small tools: making elements, asking the server, and drawing only what has changed.

export const $ = (id) => document.getElementById(id);

/** An element; text is always text, never markup. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

const drawn = new Map();

/** Fill `place` with `make()`, unless it already shows `data`; keep the end in sight. */
export function draw(place, data, make, { follow = false } = {}) {
  const now = JSON.stringify(data);
  if (drawn.get(place) === now) return;
  drawn.set(place, now);
  const atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 80;
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  place.replaceChildren(...[make()].flat(Infinity));
  if (held) place.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
  if (follow && (atEnd || place.dataset.end)) place.scrollTop = place.scrollHeight;
  delete place.dataset.end;
}

export function redraw(place) {
  drawn.delete(place);
}

export async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) say("Det gikk ikke. Prøv en gang til.");
  return { ok: response.ok, ...answer };
}

export async function upload(path, query, file) {
  const url = `${path}?${new URLSearchParams({ ...query, name: file.name })}`;
  const response = await fetch(url, { method: "POST", body: file });
  if (!response.ok) say("Filen ble ikke sendt.");
}

let quiet;

/** A short word to the visitor at the bottom of the page. */
export function say(words) {
  const notice = $("notice");
  notice.textContent = words;
  notice.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => { notice.hidden = true; }, 5000);
}

/** Let Enter send and Shift+Enter break the line; the field grows, and `place` goes to its end. */
export function writer(form, field, place, send) {
  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
  };
  field.addEventListener("input", fit);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    fit();
    place.dataset.end = "yes";
    await send(text);
  });
}

export function tabs(place, all, chosen, choose, extra = []) {
  draw(place, [all, chosen], () => [
    ...all.map(({ id, name }) =>
      h("button", { type: "button", "data-key": id, "aria-pressed": String(id === chosen), onclick: () => choose(id) }, name)),
    ...extra,
  ]);
}

const MONTHS = ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"];

export function dayName(day) {
  const [, month, date] = day.split("-").map(Number);
  return `${date}. ${MONTHS[month - 1]}`;
}
