// Given elements, returns [index, rank] of the first that can be used best, or null of none.
// Ranks: 0 reachable, 1 covered, 2 disabled, 3 unseen (it has a place, but nobody sees it), 4 hidden.
(elements) => {
  const REACHABLE = 0, COVERED = 1, DISABLED = 2, UNSEEN = 3, HIDDEN = 4;

  const parent = (e) => e.assignedSlot || e.parentElement || e.getRootNode().host;
  const chain = (e) => { const all = []; for (; e; e = parent(e)) all.push(e); return all; };

  // Whether no scrolling of the page brings the element into sight: beside it, or cut off by a box.
  const beyond = (e, box) => {
    let { left, top, right, bottom } = box, fixed = false;
    for (const above of chain(e)) {
      const style = getComputedStyle(above);
      if (above !== e && above !== document.body && above !== document.documentElement) {
        const edge = above.getBoundingClientRect();
        if (/hidden|clip/.test(style.overflowX)) {
          left = Math.max(left, edge.left);
          right = Math.min(right, edge.right);
        }
        if (/hidden|clip/.test(style.overflowY)) {
          top = Math.max(top, edge.top);
          bottom = Math.min(bottom, edge.bottom);
        }
      }
      if (style.position === "fixed") { fixed = true; break; }
    }
    const x = fixed ? 0 : scrollX, y = fixed ? 0 : scrollY, root = document.documentElement;
    const width = fixed ? innerWidth : Math.max(root.scrollWidth, innerWidth);
    const none = right - left < 2 || bottom - top < 2;
    return none || right + x <= 0 || bottom + y <= 0 || left + x >= width || (fixed && top >= innerHeight);
  };

  // Whether something lies in front of the element's middle; unknown, and so no, outside the view.
  const covered = (e, box) => {
    const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return false;
    const front = e.getRootNode().elementFromPoint(x, y);
    return !front || !chain(front).includes(e);
  };

  const rank = (e) => {
    const box = e.getBoundingClientRect();
    const shown = e.checkVisibility({ visibilityProperty: true, checkVisibilityCSS: true });
    if (!shown || !box.width || !box.height) return HIDDEN;
    const opaque = e.checkVisibility({ opacityProperty: true, checkOpacity: true });
    if (!opaque || e.closest("[inert]") || beyond(e, box)) return UNSEEN;
    if (e.matches(":disabled, [aria-disabled=true]")) return DISABLED;
    return covered(e, box) ? COVERED : REACHABLE;
  };

  const ranks = elements.map(rank), best = Math.min(...ranks);
  return elements.length ? [ranks.indexOf(best), best] : null;
}
