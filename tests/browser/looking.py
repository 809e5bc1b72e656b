"""What keeps somebody from using a page: what axe-core finds, what is cut, where the focus is."""

from typing import Final

from playwright.async_api import Page

from tests.browser.stage import barriers

NARROW: Final = {"width": 320, "height": 700}
"""WCAG 1.4.10: as wide as 1280 pixels are at 400 %."""
TWICE: Final = {"width": 640, "height": 450}
"""1280 pixels at 200 %."""
WIDE: Final = {"width": 1280, "height": 900}

CUT: Final = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth > wide) found.push('scrolls sideways');
  const own = (e) => e.closest('.scroll, .sr, .skip, svg, [aria-hidden=true]');
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!box.width || own(e) || !e.checkVisibility({ visibilityProperty: true })) continue;
    const words = (e.textContent ?? '').trim().slice(0, 30);
    const name = `${e.tagName.toLowerCase()}.${e.className} «${words}»`;
    if (box.right > wide + 1 || box.left < -1) found.push(`outside: ${name}`);
    const clips = ['hidden', 'clip'].includes(style.overflowX);
    if (clips && e.scrollWidth > e.clientWidth + 1) found.push(`cut: ${name}`);
  }
  return found.slice(0, 5);
}"""

FOCUS: Final = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return 'nowhere';
  // The parts of a date are marked by the browser itself, each by its own colour.
  if (e.matches('[type=date], [type=datetime-local]')) return '';
  if (!e.matches(':focus-visible')) return `no sign of focus on ${e.outerHTML.slice(0, 80)}`;
  const seen = [e, ...document.querySelectorAll(':has(> :focus-visible)')].some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  const box = e.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return seen && inside ? '' : `not seen: ${e.outerHTML.slice(0, 80)}`;
}"""


async def looked_over(page: Page) -> list[str]:
    """
    All that is found wrong with a page, wide, at twice the size, and on the narrowest screen.

    What can be unfolded on it is.
    """
    await page.evaluate("document.querySelectorAll('main details').forEach((e) => e.open = true)")
    found = await barriers(page)
    await page.evaluate("document.querySelectorAll('details').forEach((e) => e.open = true)")
    for size, name in ((NARROW, "320 px"), (TWICE, "200 %")):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        found += [f"{name} {each}" for each in await page.evaluate(CUT)]
    await page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
    return found


async def focus_is_seen(page: Page) -> str:
    """Nothing when whoever looks can see where the keyboard is; else what is wrong."""
    return str(await page.evaluate(FOCUS))
