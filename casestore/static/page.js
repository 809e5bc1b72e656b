"use strict";
// What every page does: goes to the first mistake, warns before it shuts, and tells when it is printed.

(() => {
  const body = document.body, token = document.querySelector(".out [name=form_token]")?.value;

  // A page out of the browser's own memory may be of somebody who has logged out since.
  addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });

  const wrong = document.querySelector("main [aria-invalid=true], main fieldset:has(.bad-text) :is(input, select)");
  const said = document.querySelector("main .notice.bad[role=alert]");
  if (wrong) wrong.focus();
  else if (said && document.activeElement === body) { said.tabIndex = -1; said.focus(); }

  const folded = () => [...document.querySelectorAll("main details:not([open], .noprint, :has(form))")];
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = folded();
    for (const each of unfolded) each.open = true;
    const about = /^\/(people|cases|notes|journal|concerns|incidents)\/\w*_[\w-]+/.exec(location.pathname);
    if (about && token) navigator.sendBeacon(`${about[0]}/printed`, new URLSearchParams({ form_token: token }));
  });
  addEventListener("afterprint", () => { for (const each of unfolded) each.open = false; });

  const idle = Number(body.dataset.idle) * 1000, away = body.dataset.away ?? "/login";
  if (!idle) return;
  const WARNED = 120_000, ASKED = 240_000;
  const leaving = document.getElementById("leaving"), gone = document.getElementById("gone");
  const others = new BroadcastChannel("here");
  let since = Date.now(), asked = since, timer;

  const look = () => {
    clearTimeout(timer);
    const left = since + idle - Date.now();
    if (left <= 0) return location.replace(away);
    if (left <= WARNED && !leaving.open && !gone?.open) leaving.showModal();
    timer = setTimeout(look, left > WARNED ? left - WARNED : left);
  };
  const here = () => {
    since = Date.now();
    if (leaving.open) leaving.close();
    look();
  };
  // Typing is being there, also for the server, which sees nothing of it before the form is sent.
  const tell = async () => {
    asked = Date.now();
    others.postMessage(away);
    if (!token || body.dataset.away) return;
    const answer = await fetch("/api/here").catch(() => null);
    if (answer?.status === 401 && !gone.open) { leaving.close(); gone.showModal(); }
  };
  const active = () => {
    if (leaving.open) return;
    here();
    if (Date.now() - asked > ASKED) tell();
  };
  others.addEventListener("message", (e) => { if (e.data === away) here(); });
  leaving.addEventListener("close", () => { here(); tell(); });
  for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, active, { passive: true });
  document.addEventListener("visibilitychange", look);
  look();
})();
