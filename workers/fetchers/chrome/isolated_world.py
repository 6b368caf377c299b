"""Our own scripts inside a page, in a world of their own that the page's scripts can't touch."""

from __future__ import annotations

from typing import Any

from playwright.async_api import CDPSession, Error

from workers.fetchers.chrome.scripts import script

WATCH = script("watch")

TAKE = """(() => {
  const seen = {...globalThis.seen};
  Object.assign(globalThis.seen, {added: 0, other: 0, gone: 0});
  return seen;
})()"""
"""Returns the counts of ``WATCH`` and starts them anew."""

SCROLLER = """
  const room = (e) => e.scrollHeight - e.clientHeight;
  const root = document.scrollingElement || document.documentElement;
  let box = root;
  if (room(root) < 2) {
    const rolls = (e) => room(e) > 1 && /auto|scroll/.test(getComputedStyle(e).overflowY);
    const size = (e) => e.clientWidth * e.clientHeight;
    for (const e of document.querySelectorAll("body *"))
      if (room(e) > 1 && rolls(e) && (box === root || size(e) > size(box))) box = e;
  }
"""
"""Finds what scrolls: the page, or the largest box in a page that does not scroll itself."""

SCROLL = f"""(() => {{
  {SCROLLER}
  const before = box.scrollTop;
  box.scrollBy({{top: Math.max(box.clientHeight, 100), behavior: "instant"}});
  return {{moved: box.scrollTop - before, top: box.scrollTop, view: box.clientHeight,
    height: box.scrollHeight, end: box.scrollTop + box.clientHeight >= box.scrollHeight - 2}};
}})()"""
"""Scrolls down by one view, so that lists which keep only what is in view show everything."""

HEIGHT = f"(() => {{ {SCROLLER} return box.scrollHeight; }})()"


class IsolatedWorld:
    """Evaluates in one frame of a page, the main one if none is named.

    A navigation makes a new world by itself.
    """

    def __init__(self, session: CDPSession, frame: str = "") -> None:
        self._session, self._frame = session, frame
        self._context: int | None = None

    async def _enter(self) -> int:
        frame = self._frame
        if not frame:
            tree = await self._session.send("Page.getFrameTree")
            frame = tree["frameTree"]["frame"]["id"]
        world = {"frameId": frame, "worldName": "gristmill"}
        answer = await self._session.send("Page.createIsolatedWorld", world)
        self._context = int(answer["executionContextId"])
        if not self._frame:
            await self._run(WATCH, self._context)
        return self._context

    async def _run(self, expression: str, context: int) -> Any:  # noqa: ANN401 - JSON from a script
        answer = await self._session.send(
            "Runtime.evaluate",
            {"expression": expression, "contextId": context, "returnByValue": True},
        )
        if "exceptionDetails" in answer:
            raise Error(f"our script failed: {answer['exceptionDetails'].get('text', '')}")
        return answer["result"].get("value")

    async def watch(self) -> None:
        """Begin to count changes."""
        await self._enter()

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - JSON from a script
        """Return what ``expression`` gives; in the new document's world if the page moved on."""
        if self._context is not None:
            try:
                return await self._run(expression, self._context)
            except Error as error:
                if "context" not in error.message.lower():
                    raise
        return await self._run(expression, await self._enter())

    async def leave_framed(self, frame: str, markup: str) -> None:
        """Leave a child frame's ``markup`` with its element, for who reads this frame's."""
        owner = await self._session.send("DOM.getFrameOwner", {"frameId": frame})
        context = self._context if self._context is not None else await self._enter()
        node = {"backendNodeId": owner["backendNodeId"], "executionContextId": context}
        element = await self._session.send("DOM.resolveNode", node)
        await self._session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": LEAVE,
                "objectId": element["object"]["objectId"],
                "arguments": [{"value": markup}],
            },
        )


LEAVE = "function (markup) { (globalThis.framed ??= new WeakMap()).set(this, markup); }"
