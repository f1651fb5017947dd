"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const say = (key, blanks = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => blanks[name]);
  const make = (tag, attributes = {}, text = "") => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  };

  // ------------------------------------------------------------------------------------------------- packed blocks
  const opened = new Map();
  async function unpack(id) {
    if (opened.has(id)) return opened.get(id);
    if (typeof DecompressionStream === "undefined") throw new Error(words.old);
    const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (sign) => sign.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const value = JSON.parse(await new Response(stream).text());
    opened.set(id, value);
    return value;
  }

  // -------------------------------------------------------------------------------------------------------- charts
  const charts = gridsimCharts(data.night);
  charts.nightButton(document.querySelector(".night"));

  // -------------------------------------------------------------------------------------------------------- tables
  const PAGE_ROWS = 25;
  const SHORT = 18; // letters that stay on one line
  const isZero = (text) => /^-?0(\.0+)?$/.test(text);
  const collator = new Intl.Collator(data.lang, { numeric: true });
  const asNumber = (text) => {
    const number = Number.parseFloat(text.replaceAll(",", ""));
    return Number.isNaN(number) ? -Infinity : number;
  };

  const addressOf = (place, ...more) => `#unit/${[data.units[place], ...more].map(encodeURIComponent).join("/")}`;
  const tables = new Map(); // how a row of a searchable table is brought to light

  function liveTable(table) {
    const { labels, numbers, rows, links } = data.tables[table.dataset.table];
    const texts = rows.map((row) => row.join("\n").toLowerCase());
    const body = table.tBodies[0];
    const state = { order: rows.map((_, i) => i), found: [], page: 0, column: -1, rising: true };
    const search = make("input", { type: "search", placeholder: words.search, "aria-label": words.search });
    const count = make("span", { class: "count", "aria-live": "polite" });
    const previous = make("button", { type: "button" }, words.previous);
    const next = make("button", { type: "button" }, words.next);
    const where = make("span");
    const above = make("p", { class: "controls" });
    above.append(search, count, previous, where, next);
    if (rows.length > 5) table.parentElement.before(above);

    function cell(row, column, link) {
      const kind = (numbers[column] ? "number" : row[column].length <= SHORT ? "short" : "") + (isZero(row[column]) ? " zero" : "");
      const element = make("td", kind ? { class: kind.trim() } : {});
      if (column === 0 && link >= 0) element.append(make("a", { href: addressOf(link) }, row[0]));
      else element.textContent = row[column];
      return element;
    }
    function show() {
      const pages = Math.max(1, Math.ceil(state.found.length / PAGE_ROWS));
      state.page = Math.min(Math.max(state.page, 0), pages - 1);
      const shown = state.found.slice(state.page * PAGE_ROWS, (state.page + 1) * PAGE_ROWS);
      body.replaceChildren(...shown.map((i) => {
        const link = links.length ? links[i] : -1;
        const line = make("tr", link >= 0 ? { class: "is-link" } : {});
        line.append(...rows[i].map((_, column) => cell(rows[i], column, link)));
        if (link >= 0) {
          line.addEventListener("click", () => { location.hash = addressOf(link); });
        }
        return line;
      }));
      if (!shown.length) {
        const line = make("tr");
        line.append(make("td", { colspan: String(labels.length) }, words.nothing));
        body.append(line);
      }
      count.textContent = say("rows", { shown: state.found.length.toLocaleString("en"), all: rows.length.toLocaleString("en") });
      where.textContent = say("page", { page: state.page + 1, pages });
      previous.disabled = state.page === 0;
      next.disabled = state.page === pages - 1;
    }
    function find() {
      const wanted = search.value.trim().toLowerCase().split(/\s+/);
      state.found = state.order.filter((i) => wanted.every((word) => texts[i].includes(word)));
      state.page = 0;
      show();
    }
    function sort(column) {
      state.rising = state.column === column ? !state.rising : !numbers[column];
      state.column = column;
      const sign = state.rising ? 1 : -1;
      const keys = rows.map((row) => (numbers[column] ? asNumber(row[column]) : row[column]));
      const compare = numbers[column] ? (a, b) => a - b || 0 : collator.compare;
      state.order.sort((a, b) => sign * compare(keys[a], keys[b]) || a - b);
      [...table.tHead.rows[0].cells].forEach((head, i) => {
        if (i === column) head.setAttribute("aria-sort", state.rising ? "ascending" : "descending");
        else head.removeAttribute("aria-sort");
      });
      find();
    }
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = make("button", { type: "button", title: say("sort", { column: labels[column] }) }, labels[column]);
      button.addEventListener("click", () => sort(column));
      head.replaceChildren(button);
    });
    tables.set(table.dataset.table, (row) => {
      search.value = "";
      find();
      state.page = Math.floor(state.found.indexOf(row) / PAGE_ROWS);
      show();
      return body.rows[state.found.indexOf(row) % PAGE_ROWS];
    });
    search.addEventListener("input", find);
    previous.addEventListener("click", () => { state.page -= 1; show(); });
    next.addEventListener("click", () => { state.page += 1; show(); });
    find();
  }

  // What scrolls in its own box can be reached with the keyboard; what doesn't is no stop on the way.
  function reachBoxes() {
    for (const box of document.querySelectorAll(".table-wrap, pre")) {
      const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
      if (scrolls) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    }
  }

  // --------------------------------------------------------------------------------------------------------- books
  const chooser = document.getElementById("book");
  async function showBook() {
    const element = document.getElementById("book-chart");
    try {
      await charts.draw(element, await unpack(`book-${chooser.value}`));
    } catch (error) {
      element.textContent = error.message;
    }
  }

  // --------------------------------------------------------------------------------------------------------- units
  const report = document.getElementById("report");
  const unitPage = document.getElementById("unit-page");
  let leftAt = 0;
  async function openUnit(place_, month, step) {
    if (!report.hidden) leftAt = window.scrollY;
    markHere("units");
    charts.forget(unitPage);
    unitPage.replaceChildren();
    report.hidden = true;
    unitPage.hidden = false;
    window.scrollTo(0, 0);
    let unit;
    try {
      unit = await unpack(`unit-${place_}`);
    } catch (error) {
      unitPage.textContent = error.message;
      return;
    }
    unitPage.innerHTML = unit.html; // made and escaped where the report was written
    charts.place(unitPage, unit.figures);
    const months = document.getElementById("unit-month");
    const explained = document.getElementById("unit-explained");
    const showMonth = () => {
      explained.innerHTML = unit.months[months.value][1];
      reachBoxes();
    };
    months.addEventListener("change", showMonth);
    const wanted = unit.months.findIndex(([each]) => each === month);
    if (wanted >= 0) months.value = String(wanted);
    if (unit.months.length) showMonth();
    else reachBoxes();
    if (wanted >= 0) gridsimLight(gridsimStep(explained, step));
  }
  function closeUnit() {
    if (report.hidden) {
      charts.forget(unitPage);
      unitPage.replaceChildren();
      unitPage.hidden = true;
      report.hidden = false;
      charts.refresh(); // the window, or night and day, may have changed meanwhile
      return true;
    }
    return false;
  }
  let toLight = null; // what a search found in the report, from a unit's page
  function follow() {
    const name = location.hash.slice(1);
    if (name.startsWith("unit/")) {
      const [unit, month, step] = name.slice(5).split("/").map(decodeURIComponent);
      const found = data.units.indexOf(unit);
      if (found >= 0) {
        openUnit(found, month, step);
        return;
      }
    }
    if (closeUnit()) {
      if (toLight) {
        gridsimLight(toLight());
        toLight = null;
        return;
      }
      const section = document.getElementById(name);
      if (name === "units" || !section) window.scrollTo({ top: leftAt, behavior: "instant" });
      else section.scrollIntoView({ behavior: "instant" });
    }
  }

  // ---------------------------------------------------------------------------------------------------------- search
  function inReport(element) {
    if (report.hidden) {
      toLight = element;
      location.hash = "units"; // follow() comes back to the report
    } else gridsimLight(element());
  }
  function rowsOfTables() {
    const found = [];
    for (const table of document.querySelectorAll("#report table")) {
      const name = table.dataset.table;
      if (name) {
        const { rows, links } = data.tables[name];
        rows.forEach((cells, i) => {
          const id = links[i] >= 0 ? data.units[links[i]] : cells[0];
          found.push({ table: name, id, cells, element: table, go: () => inReport(() => tables.get(name)(i)) });
        });
      } else {
        found.push(...gridsimRowsOf(table, (row) => inReport(() => row)));
      }
    }
    return found;
  }
  gridsimSearch({
    words,
    units: data.units,
    unitNames: data.unitNames,
    extra: () => unpack("search"),
    rowsOfTables,
    goTo: {
      element: (element) => inReport(() => element),
      unit: (place, ...more) => {
        const address = addressOf(place, ...more.map(String));
        if (location.hash === address) follow();
        else location.hash = address;
      },
    },
  });

  const marks = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const sections = [...document.querySelectorAll("#report > section")];
  function markHere(here) {
    for (const [name, link] of marks) link.classList.toggle("is-here", name === here);
  }
  window.addEventListener("scroll", () => {
    if (report.hidden) return;
    const above = sections.filter((section) => section.getBoundingClientRect().top < 160);
    markHere((above.pop() || sections[0]).id);
  }, { passive: true });
  markHere(sections[0].id);

  document.querySelectorAll("table[data-table]").forEach(liveTable);
  charts.place(report, data.figures);
  if (chooser) {
    chooser.addEventListener("change", showBook);
    showBook();
  }
  reachBoxes();
  window.addEventListener("resize", reachBoxes);
  document.addEventListener("toggle", reachBoxes, true); // a fold was opened
  window.addEventListener("hashchange", follow);
  follow();
  document.documentElement.dataset.ready = "yes";
})();
