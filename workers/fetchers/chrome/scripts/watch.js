// Counts what is added to the page, what changes in it, and what is gone: an element, a text or
// where something led to. A value that takes the place of none, or of a stand-in, is no loss.
(() => {
  const state = globalThis.seen = { added: 0, other: 0, gone: 0 };
  const dull = new Set(["class", "style"]);
  const lost = ({ attributeName: name, oldValue: old }) => old && (name === "href" || (name === "src" && !old.startsWith("data:")));
  new MutationObserver((records) => {
    for (const record of records) {
      if (record.type === "childList") {
        state.added += record.addedNodes.length;
        state.gone += record.removedNodes.length;
      } else if (record.type === "characterData" || lost(record)) {
        state.gone += 1;
      } else if (!dull.has(record.attributeName)) {
        state.other += 1;
      }
    }
  }).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true,
  });
})()
