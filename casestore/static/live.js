"use strict";
// Small things: the log refreshes itself, and the menu closes.

(() => {
  const live = document.querySelector("[data-live]");
  if (live) {
    const every = Number(live.dataset.every) * 1000;
    let shown = null;
    const refresh = async () => {
      if (!document.hidden) {
        try {
          const answer = await fetch(live.dataset.live, { headers: { "X-Live": "1" } });
          if (answer.status === 401) location.assign("/login");
          if (answer.ok) {
            const html = await answer.text();
            // Never under the hands of somebody who is in it with the keyboard.
            const before = live.querySelector(".scroll");
            const scrolling = before !== null && document.activeElement === before;
            const inUse = live.contains(document.activeElement) && !scrolling;
            if (html !== shown && !inUse) {
              const left = before?.scrollLeft ?? 0;
              live.innerHTML = html;
              const after = live.querySelector(".scroll");
              if (after) after.scrollLeft = left;
              if (after && scrolling) after.focus({ preventScroll: true });
              shown = html;
            }
            live.classList.remove("stale");
          }
        } catch {
          live.classList.add("stale");
        }
      }
      setTimeout(refresh, every);
    };
    setTimeout(refresh, every);
  }

  const more = document.querySelector("details.more");
  if (more) {
    addEventListener("pointerdown", (e) => { if (!more.contains(e.target)) more.open = false; });
    more.addEventListener("focusout", (e) => { if (e.relatedTarget && !more.contains(e.relatedTarget)) more.open = false; });
    more.addEventListener("keydown", (e) => {
      if (e.key === "Escape" && more.open) { more.open = false; more.querySelector("summary").focus(); }
    });
  }
})();
