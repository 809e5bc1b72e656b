// The page as a whole: whom you are, asking for what is shown, and being told when it changes.

import { $, say } from "./dom.js";
import { startPhone, showPhone } from "./phone.js";
import { startSlack, showSlack } from "./slack.js";
import { showModal } from "./modal.js";
import { showLog } from "./log.js";
import { showSwitches } from "./switches.js";

export const chosen = { youth: "", app: "", user: "", room: "", thread: "" };

let asking = false;
let again = false;

/** Ask for everything and draw it; calls that come meanwhile become one more round. */
export async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    do {
      again = false;
      const asked = `${new URLSearchParams(chosen)}`;
      const response = await fetch(`/demo/state?${asked}`);
      const state = response.ok ? await response.json() : null;
      // What was chosen while this was on its way is not undone by it; it is asked for next.
      if (state && asked === `${new URLSearchParams(chosen)}`) show(state);
    } while (again);
  } catch {
    say("Mistet forbindelsen. Prøver igjen.");
  } finally {
    asking = false;
  }
}

export function choose(what) {
  Object.assign(chosen, what);
  return refresh();
}

function show(state) {
  chosen.youth = state.phone.youth?.id ?? "";
  chosen.app = state.phone.app;
  chosen.user = state.slack.user;
  chosen.room = state.slack.room ?? "";
  showPhone(state.phone);
  showSlack(state.slack);
  showModal(state.slack);
  showLog(state.log);
  showSwitches(state.broken);
  document.body.dataset.ready = "yes";
}

function listen() {
  const events = new EventSource("/demo/events");
  events.onmessage = refresh;
  events.onopen = () => { $("notice").hidden = true; };
}

startPhone();
startSlack();
refresh();
listen();
