"""Take the picture of «Registrer Snap» anew: python -m tests.browser.pictures_form"""

import asyncio
import io
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import Page

from tests.browser.desk import at_desk, served
from tests.browser.stage import browsing, chromium

PLACE = Path(__file__).parents[2] / "docs" / "pictures"
HI = "hei, er det folk hos dere torsdag?"


def screenshot() -> bytes:
    """As of a chat whose head has been cut away."""
    image = Image.new("RGB", (300, 220), "white")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((16, 40, 284, 110), 12, fill="#e9eef2")
    draw.text((28, 66), HI, fill="#222222", font_size=15)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


async def fills_in(page: Page, url: str) -> None:
    await page.goto(f"{url}/registrations")
    await page.get_by_label("Eller aliaset, slik det står i Slack").fill("Blå rev")
    await page.get_by_label("Ordene, slik de sto").fill(HI)
    await page.get_by_label("Skjermbilder").set_input_files(
        {"name": "IMG_0042.PNG", "mimeType": "image/png", "buffer": screenshot()}
    )


async def take(executable: str, place: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="utebru-") as home:
        async with served(Path(home)) as (stage, url), browsing(executable) as browser:
            await stage.person("amir")
            async with at_desk(browser, url) as desk:
                await desk.page.set_viewport_size({"width": 390, "height": 844})
                await desk.logs_in("amir")
                await fills_in(desk.page, url)
                await desk.page.get_by_role("button", name="Send inn").click()
                main = desk.page.locator("main")
                await main.screenshot(path=place / "register.png", animations="disabled")


def main() -> None:
    executable = chromium()
    if executable is None:
        sys.exit("no Chromium here")
    asyncio.run(take(executable, Path(sys.argv[1]) if sys.argv[1:] else PLACE))


if __name__ == "__main__":
    main()
