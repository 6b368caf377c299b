"""Our own scripts inside a page, in a world of their own that the page's scripts can't touch."""

from __future__ import annotations

from typing import Any

from playwright.async_api import CDPSession, Error

WATCH = """(() => {
  const state = globalThis.seen = {added: 0, other: 0};
  const dull = new Set(["class", "style"]);
  new MutationObserver((records) => {
    for (const {type, addedNodes, removedNodes, attributeName} of records) {
      if (type === "childList") {
        state.added += addedNodes.length;
        state.other += removedNodes.length;
      } else if (type === "characterData" || !dull.has(attributeName)) {
        state.other += 1;
      }
    }
  }).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
})()"""
"""Counts what is added to the page, and what changes or leaves it."""

TAKE = """(() => {
  const {added, other} = globalThis.seen;
  Object.assign(globalThis.seen, {added: 0, other: 0});
  return {added, other};
})()"""
"""Returns the counts and starts them anew."""

SCROLLER = """
  const context = (e) => e.scrollHeight - e.clientHeight;
  const root = document.scrollingElement || document.documentElement;
  let box = root;
  if (context(root) < 2) {
    const rolls = (e) => context(e) > 1 && /auto|scroll/.test(getComputedStyle(e).overflowY);
    const size = (e) => e.clientWidth * e.clientHeight;
    for (const e of document.querySelectorAll("body *"))
      if (context(e) > 1 && rolls(e) && (box === root || size(e) > size(box))) box = e;
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
    """Evaluates in the main frame of one page. A navigation makes a new world by itself."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._context: int | None = None

    async def _enter(self) -> int:
        tree = await self._session.send("Page.getFrameTree")
        frame = tree["frameTree"]["frame"]["id"]
        world = {"frameId": frame, "worldName": "gristmill"}
        answer = await self._session.send("Page.createIsolatedWorld", world)
        self._context = int(answer["executionContextId"])
        await self._run(WATCH, self._context)
        return self._context

    async def _run(self, script: str, context: int) -> Any:  # noqa: ANN401 - JSON from a script
        answer = await self._session.send(
            "Runtime.evaluate",
            {"expression": script, "contextId": context, "returnByValue": True},
        )
        if "exceptionDetails" in answer:
            raise Error(f"our script failed: {answer['exceptionDetails'].get('text', '')}")
        return answer["result"].get("value")

    async def watch(self) -> None:
        """Begin to count changes."""
        await self._enter()

    async def evaluate(self, script: str) -> Any:  # noqa: ANN401 - JSON from a script
        """Return what ``script`` gives; in the new document's world if the page moved on."""
        if self._context is not None:
            try:
                return await self._run(script, self._context)
            except Error as error:
                if "context" not in error.message.lower():
                    raise
        return await self._run(script, await self._enter())
