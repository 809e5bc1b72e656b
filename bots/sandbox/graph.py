"""
One address for all that Meta has: the page with its account, and the number on WhatsApp.

Each has a stand-in of its own, and they go by different numbers under the same roof.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from bots.sandbox.meta import MetaStandIn, WhatsAppStandIn


class Graph:
    def __init__(self, page: MetaStandIn, number: WhatsAppStandIn) -> None:
        self._page, self._number = page, number
        self._known = {"me", page.page, page.instagram or "me"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._of(scope)(scope, receive, send)

    def _of(self, scope: Scope) -> ASGIApp:
        path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path", "")))
        version, _, rest = path.strip("/").partition("/")
        which = rest.partition("/")[0]
        if version == "cdn" or (version != "media" and which in self._known):
            return self._page.app
        return self._number.app
