// One search over everything in a page: sections, units, users, months, clauses and the rows of all tables. What stands
// in the page is read off it; what doesn't, users and the steps of derivations, comes in a block of its own.

// Show what was found: it is in sight, and the keyboard goes on from it.
function gridsimLight(element) {
  document.querySelectorAll(".is-found").forEach((each) => each.classList.remove("is-found"));
  element.classList.add("is-found");
  element.setAttribute("tabindex", "-1"); // from here on with the keyboard
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: element.offsetHeight > window.innerHeight / 2 ? "start" : "center", behavior: "instant" });
}
// The rows of a table all of which stands in the page.
function gridsimRowsOf(table, goTo) {
  return [...table.tBodies[0].rows].map((row) => ({
    table: "", id: "", cells: [...row.cells].map((cell) => cell.textContent), element: table, go: () => goTo(row),
  }));
}
// The heading of a step in a derivation; the derivation itself if it has none of that number.
function gridsimStep(explained, step) {
  return [...explained.querySelectorAll("h4")].find((head) => head.textContent.startsWith(`${step}.`)) || explained;
}
function gridsimSearch({ words, units, unitNames, extra, rowsOfTables, goTo }) {
  const field = document.getElementById("find");
  const list = document.getElementById("found");
  const told = document.getElementById("found-told");
  const MOST = 6; // of a kind
  const ROW_LETTERS = 90;
  const MONTHS = "一 二 三 四 五 六 七 八 九 十 十一 十二".split(" ");
  const folded = (text) =>
    text.normalize("NFKC").toLowerCase().replace(/十?[一二三四五六七八九十]月/g, (said) => `${MONTHS.indexOf(said.slice(0, -1)) + 1}月`);
  const say = (key, blanks) => words[key].replace(/\{(\w+)\}/g, (_, name) => blanks[name]);

  // --------------------------------------------------------------------------------------------------------- to find
  function titleAbove(element) {
    let at = element;
    while (at && at.id !== "report") {
      for (let before = at.previousElementSibling; before; before = before.previousElementSibling) {
        if (/^H[2-4]$/.test(before.tagName)) return before.textContent;
      }
      at = at.parentElement;
    }
    return "";
  }
  async function gathered() {
    const found = [];
    const add = (kind, text, about, go, also = "") => found.push({ kind, text, about, go, key: folded(`${text} ${about} ${also}`) });
    for (const head of document.querySelectorAll("#report h2, #report h3, #report h4")) {
      if (head.closest(".explained")) continue; // its steps are found by their clauses
      const section = head.closest("section").querySelector("h2").textContent;
      add("section", head.textContent, head.tagName === "H2" ? "" : section, () => goTo.element(head));
    }
    for (const chart of document.querySelectorAll("#report figure[aria-label]")) {
      add("section", chart.getAttribute("aria-label"), "", () => goTo.element(chart));
    }
    units.forEach((unit, place) => add("unit", unitNames[place], "", () => goTo.unit(place), unit));
    let more = { users: [], months: [], steps: [] };
    try {
      more = await extra();
    } catch { /* a browser that can't open the block finds the rest */ }
    const rows = rowsOfTables();
    const rowOf = new Map(rows.filter(({ table }) => table === "units").map((row) => [row.id, row]));
    for (const [user, name, unit] of more.users) {
      const place = units.indexOf(unit);
      const row = rowOf.get(unit);
      const go = place >= 0 ? () => goTo.unit(place) : row ? row.go : () => goTo.element(document.getElementById("units"));
      add("user", name ? `${user}  ${name}` : user, place >= 0 ? unitNames[place] : row ? row.cells[0] : words.outside, go, unit);
    }
    units.forEach((unit, place) => {
      for (const [month, called] of more.months[place] || []) {
        add("month", `${called}  ${unitNames[place]}`, "", () => goTo.unit(place, month), `${month} ${unit}`);
      }
    });
    for (const [clauses, title, place, month, number] of more.steps) {
      const about = `${unitNames[place]}  ${month}`;
      add("clause", `${clauses}  ${title}`, about, () => goTo.unit(place, month, number), units[place]);
    }
    for (const row of rows) {
      const text = row.cells.filter((cell) => cell).join(" · ");
      const title = titleAbove(row.element);
      add("row", text.length > ROW_LETTERS ? `${text.slice(0, ROW_LETTERS)}…` : text, title, row.go, `${row.id} ${text}`);
    }
    return found;
  }

  // ---------------------------------------------------------------------------------------------------------- finding
  let all = null;
  let shown = [];
  let active = -1;
  let asked = 0;
  const rank = (entry, wanted) => (folded(entry.text).startsWith(wanted[0]) ? 0 : folded(entry.text).includes(wanted[0]) ? 1 : 2);
  async function find() {
    const number = (asked += 1);
    const wanted = folded(field.value.trim()).split(/\s+/).filter((word) => word);
    if (!wanted.length) return close();
    all ||= gathered();
    const entries = await all;
    if (number !== asked) return undefined; // more was typed meanwhile
    const hits = entries.filter((entry) => wanted.every((word) => entry.key.includes(word)));
    shown = [];
    list.replaceChildren();
    for (const kind of ["section", "unit", "user", "month", "clause", "row"]) {
      const mine = hits.filter((entry) => entry.kind === kind);
      mine.sort((one, other) => rank(one, wanted) - rank(other, wanted));
      mine.slice(0, MOST).forEach((entry) => list.append(option(entry, mine.length)));
    }
    if (!hits.length) list.append(line("li", "nothing", words.nothing));
    told.textContent = hits.length ? say("results", { count: hits.length.toLocaleString("en") }) : words.nothing;
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    return point(shown.length ? 0 : -1);
  }
  function line(tag, kind, text) {
    const made = document.createElement(tag);
    made.className = kind;
    made.textContent = text;
    return made;
  }
  function option(entry, count) {
    const made = line("li", "found", "");
    const place = shown.push(entry) - 1;
    const isFirst = place === 0 || shown[place - 1].kind !== entry.kind;
    made.id = `found-${place}`;
    made.setAttribute("role", "option");
    made.append(line("span", "kind", isFirst ? `${words[entry.kind]} ${count}` : ""), line("span", "text", entry.text));
    if (entry.about) made.append(line("span", "about", entry.about));
    made.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    made.addEventListener("click", () => follow(place));
    return made;
  }
  function point(place) {
    active = place;
    [...list.children].forEach((each) => each.setAttribute("aria-selected", String(each.id === `found-${place}`)));
    if (place < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", `found-${place}`);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }
  function close() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    told.textContent = "";
    point(-1);
  }
  function follow(place) {
    close();
    field.blur();
    shown[place].go();
  }
  field.addEventListener("input", find);
  field.addEventListener("focus", () => { if (field.value.trim()) find(); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // the keys are the input method's
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length && !list.hidden) point((active + step + shown.length) % shown.length);
    else if (event.key === "Enter" && active >= 0) follow(active);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
