/* Below each page found: a line of it around what was searched, from PAGE_TEXTS (docs/site/search_context.py). */
(() => {
  const BEFORE = 40, LENGTH = 160;

  /* What is looked for: each word as typed and, for English, its stem. */
  const wanted = () => {
    const query = new URLSearchParams(location.search).get("q") ?? "";
    const stemmer = new Stemmer();
    return splitQuery(query)
      .filter((word) => word)
      .map((word) => [word.toLowerCase(), stemmer.stemWord(word.toLowerCase())]);
  };

  const places = (text, forms) => {
    const found = [];
    for (const form of new Set(forms))
      for (let at = text.indexOf(form); at >= 0 && found.length < 50; at = text.indexOf(form, at + 1)) found.push(at);
    return found;
  };

  /* The place around which most words stand, in the section that the link means before others; or how the page begins. */
  const best = (sections, anchor, words) => {
    let found = { hits: 0, text: sections[0][1], at: 0 };
    for (const [id, text] of sections) {
      const of = words.map((forms) => places(text.toLowerCase(), forms));
      for (const at of of.flat()) {
        const near = of.filter((each) => each.some((other) => other >= at && other < at + LENGTH - BEFORE));
        const hits = near.length + (anchor && id === anchor ? 0.5 : 0);
        if (hits > found.hits) found = { hits, text, at };
      }
    }
    return found;
  };

  const line = ({ text, at }) => {
    let first = Math.max(0, at - BEFORE);
    if (first > 0) first = Math.min(at, text.indexOf(" ", first) + 1 || first);
    if (first > at || at - first > BEFORE) first = Math.max(0, at - BEFORE);
    const last = first + LENGTH;
    const said = text.slice(first, last);
    const whole = last < text.length ? said.replace(/ [\p{Script=Latin}]{0,15}$/u, "") : said;
    return (first > 0 ? "… " : "") + whole.trim() + (last < text.length ? " …" : "");
  };

  /* The words stand out; what they are made of is text, never markup. */
  const marked = (said, words) => {
    const paragraph = document.createElement("p");
    paragraph.className = "context";
    const forms = words.flat().map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pieces = forms.length ? said.split(new RegExp(`(${forms.join("|")})`, "iu")) : [said];
    pieces.forEach((piece, number) => {
      const node = number % 2 ? document.createElement("mark") : document.createTextNode(piece);
      if (number % 2) node.textContent = piece;
      paragraph.append(node);
    });
    return paragraph;
  };

  const show = (item) => {
    const link = item.querySelector("a");
    if (!link || item.querySelector("p.context")) return;
    const [target, anchor] = link.getAttribute("href").split("#");
    const sections = PAGE_TEXTS[decodeURI(target.replace(/\.html$/, ""))];
    if (!sections?.length) return;
    const words = wanted();
    const found = best(sections, anchor ? `#${anchor}` : "", words);
    item.append(marked(line(found), words));
  };

  document.addEventListener("DOMContentLoaded", () => {
    const results = document.getElementById("search-results");
    if (!results) return;
    new MutationObserver((changes) => {
      for (const change of changes)
        for (const node of change.addedNodes)
          if (node.nodeType === Node.ELEMENT_NODE)
            (node.matches("li") ? [node] : node.querySelectorAll("li")).forEach(show);
    }).observe(results, { childList: true, subtree: true });
  });
})();
