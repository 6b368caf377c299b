// Returns the document as HTML. `marks` is the attribute in which each element says who it is, or
// "". `pierce`: open shadow roots stand in their hosts and frames in their elements; what was left
// in `globalThis.framed` for such an element is its markup. `part`: the body's content alone, with
// URLs made absolute, for it is to stand in another document.
({ marks, pierce, part }) => {
  const VOID = new Set(["area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr",
    "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr"]);
  const RAW = new Set(["style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext", "noscript"]);
  const FRAMED = { frame: "iframe", frameset: "div" };
  const ADDRESSES = new Set(["href", "src", "action", "formaction", "poster", "data-src", "data-href"]);
  const HTML = "http://www.w3.org/1999/xhtml";

  const known = globalThis.identities ??= { of: new WeakMap(), count: 0, world: Math.random().toString(36).slice(2, 10) };
  const identity = (e) => {
    if (!known.of.has(e)) known.of.set(e, `${known.world}-${(known.count++).toString(36)}`);
    return known.of.get(e);
  };

  const text = (s) => s.replace(/[&<>\u00a0]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", "\u00a0": "&nbsp;" })[c]);
  const quoted = (s) => text(s).replace(/"/g, "&quot;");
  const absolute = (url) => { try { return new URL(url, document.baseURI).href; } catch { return url; } };
  const address = (e, name, value) => {
    // What the element itself makes of it is in the charset of its document.
    if (ADDRESSES.has(name) && typeof e[name] === "string" && /^https?:/.test(e[name])) return e[name];
    if (ADDRESSES.has(name)) return absolute(value);
    if (name !== "srcset") return value;
    return value.replace(/(^|,\s+|,$)([^\s,]\S*[^\s,])/g, (_, before, url) => before + absolute(url));
  };

  const tagged = (e, name) => {
    let tag = `<${name}`;
    if (marks && !inert) tag += ` ${marks}="${identity(e)}"`;
    for (const { name: key, value } of e.attributes) {
      if (key !== marks) tag += ` ${key}="${quoted(part ? address(e, key, value) : value)}"`;
    }
    return `${tag}>`;
  };

  // A frame's markup stands in its element as text, once more escaped: parsers read it as such.
  const framed = (e) => {
    const inside = globalThis.framed?.get(e) ?? "";
    return inside.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  };

  // What a person sees where the host stands (CSS Scoping, 4): its shadow tree, in whose slots its
  // own children are; those that have no slot come last, so that nothing is lost.
  const children = (node) => {
    if (pierce && node.shadowRoot) {
      const left = [...node.childNodes].filter((n) => !n.assignedSlot && n.nodeType === 1);
      return [...node.shadowRoot.childNodes, ...left];
    }
    if (pierce && node.localName === "slot") {
      const assigned = node.assignedNodes();
      if (assigned.length) return assigned;
    }
    return (node.localName === "template" && node.content ? node.content : node).childNodes;
  };

  const parts = [];
  let inert = false;
  const write = (node, raw) => {
    if (node.nodeType === 3) parts.push(raw ? node.data : text(node.data));
    else if (node.nodeType === 8) parts.push(`<!--${node.data}-->`);
    else if (node.nodeType === 7) parts.push(`<?${node.target} ${node.data}>`);
    else if (node.nodeType === 1) element(node);
  };
  const element = (e) => {
    const html = e.namespaceURI === HTML, own = html ? e.localName : e.tagName;
    const name = (pierce && html && FRAMED[own]) || own;
    parts.push(tagged(e, name));
    if (html && VOID.has(name)) return;
    const before = inert;
    inert ||= own === "template";
    if (pierce && html && name === "iframe") parts.push(framed(e));
    else for (const child of children(e)) write(child, html && RAW.has(own));
    inert = before;
    parts.push(`</${name}>`);
  };

  const root = document.documentElement;
  if (!root) return "";
  const doctype = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : "";
  const body = document.body;
  try {
    if (!part) element(root);
    else if (body?.localName === "frameset") element(body);
    else for (const child of body ? children(body) : []) write(child, false);
  } catch (error) {
    // Only scripts nest elements deeper than the stack is; the browser's own writer can follow.
    if (!(error instanceof RangeError)) throw error;
    return part ? body.innerHTML : doctype + root.outerHTML;
  }
  return (part ? "" : doctype) + parts.join("");
}
