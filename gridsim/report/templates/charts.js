"use strict";
// Charts as a page shows them: in the width that there is, in the colours of the page, and on paper by day. A figure
// comes as gridsim's plotly backend makes it, for the width of a page; what must break, turn or be left out where there
// is less room is found here, by measuring.
function gridsimCharts(nightColours) {
  const PAPER = 690; // pixels between the margins of an A4 page
  const NARROW = 560; // where names give way to what they name
  const LINE = 17, TITLE_LINE = 22, TITLE = 34, LEGEND = 27, SWATCH = 46, EDGE = 8; // pixels
  const sheet = document.getElementById("night");
  const isNight = () => window.matchMedia(sheet.media).matches;
  const isTouched = window.matchMedia("(pointer: coarse)").matches;

  // --------------------------------------------------------------------------------------------------------- texts
  const pen = document.createElement("canvas").getContext("2d");
  let family = "sans-serif";
  function widthOf(text, size, weight = "") {
    pen.font = `${weight} ${size}px ${family}`;
    return Math.max(0, ...text.split("\n").map((line) => pen.measureText(line).width));
  }
  const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", $: "&#36;" };
  const marked = (text) => text.replace(/[&<>$]/g, (sign) => SIGNS[sign]).replaceAll("\n", "<br>");
  const plain = (text) =>
    text.replaceAll("<br>", "\n").replace(/&(?:amp|lt|gt|#36);/g, (sign) => Object.keys(SIGNS).find((key) => SIGNS[key] === sign));
  // What a line may break behind: a Chinese character with its punctuation, or a word.
  const PIECES = /[（《“]*[\u2e80-\u9fff][，。；：、）》”！？]*|[^\s\u2e80-\u9fff（《]+[，。；：、）》”]*\s*|\s+|./gu;
  function wrapped(text, room, size, weight = "") {
    const lines = [""];
    for (const piece of text.match(PIECES) || []) {
      const units = widthOf(piece.trimEnd(), size, weight) > room ? [...piece] : [piece]; // a word longer than a line
      for (const unit of units) {
        const last = lines[lines.length - 1];
        if (last && widthOf((last + unit).trimEnd(), size, weight) > room) lines.push(unit.trimStart());
        else lines[lines.length - 1] = last + unit;
      }
    }
    return lines.map((line) => line.trimEnd()).filter((line) => line);
  }
  function shortened(text, room, size) {
    if (widthOf(text, size) <= room) return text;
    let signs = [...text];
    while (signs.length > 1 && widthOf(`${signs.join("")}…`, size) > room) signs = signs.slice(0, -1);
    return `${signs.join("")}…`;
  }

  // ------------------------------------------------------------------------------------------------------- to measure
  const KINDS = { f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, i1: Int8Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array };
  function numbers(values) {
    if (values === null || values === undefined) return [];
    if (typeof values === "number") return [values];
    if (!values.bdata) return [...values];
    const bytes = Uint8Array.from(atob(values.bdata), (sign) => sign.charCodeAt(0));
    return [...new KINDS[values.dtype](bytes.buffer)];
  }
  const ofAxis = (layout, letter) => Object.keys(layout).filter((key) => key.startsWith(`${letter}axis`)).map((key) => layout[key]);

  function setHead(layout, width, room) {
    const { caption, names } = layout.meta;
    const title = wrapped(plain(layout.title.text.replace(/<\/?b>/g, "")), width - 2 * EDGE, 17, "bold");
    const lines = wrapped(caption, width - 2 * EDGE, 12);
    layout.title.text = `<b>${title.map(marked).join("<br>")}</b>`;
    layout.title.subtitle.text = lines.map(marked).join("<br>");
    layout.title.pad.t += 12 * (title.length - 1); // plotly lifts a title by what it is higher
    const head = TITLE + TITLE_LINE * (title.length - 1) + LINE * lines.length + 10;
    let rows = names.length ? 1 : 0;
    let reached = 0;
    for (const name of names) {
      const item = SWATCH + widthOf(name, 12);
      if (reached && reached + item > room) {
        rows += 1;
        reached = 0;
      }
      reached += item;
    }
    layout.margin.t = head + LEGEND * rows + 12 + layout.meta.above;
    Object.assign(layout.legend, { x: EDGE / width, xref: "container", tracegroupgap: 8 });
    return head;
  }

  function setNames(axis, room, inside) {
    if (!axis.ticktext) return axis.visible === false ? 0 : 46;
    const [from, to] = axis.domain || [0, 1];
    const high = axis.range ? (inside * (to - from)) / Math.abs(axis.range[1] - axis.range[0]) : 0; // of a row
    const texts = axis.ticktext.map((text) => {
      const lines = wrapped(plain(text), room, 12);
      return lines.length === 2 && high >= 30 ? lines.join("\n") : shortened(plain(text), room, 12);
    });
    axis.ticktext = texts.map(marked);
    return Math.max(0, ...texts.map((text) => widthOf(text, 12))) + EDGE;
  }

  // The texts beneath the horizontal axis: side by side, broken, every second or third, or turned.
  function setTicks(axis, texts, room, isNarrow) {
    const places = numbers(axis.tickvals);
    const size = isNarrow ? 11 : 12;
    const each = room / (axis.range ? Math.abs(axis.range[1] - axis.range[0]) : Math.max(places.length, 1));
    const keep = (step) => {
      const kept = places.map((_, i) => i).filter((i) => i % step === 0);
      axis.tickvals = kept.map((i) => places[i]);
      axis.ticktext = kept.map((i) => marked(texts[i]));
    };
    const widest = Math.max(0, ...texts.map((text) => widthOf(text, size)));
    axis.tickfont = { size };
    axis.tickangle = 0;
    if (widest + 6 <= each) return keep(1);
    const broken = texts.map((text) => wrapped(text, each - 6, size));
    const isLegible = each >= 2.5 * size && broken.every((lines) => lines.length <= 3 && lines.every((line) => line.length > 1));
    if (isLegible && texts.every((text) => !/[\w-]{9}/.test(text))) {
      axis.tickvals = places;
      axis.ticktext = broken.map((lines) => lines.map(marked).join("<br>"));
      return undefined;
    }
    if (widest <= 4 * size) return keep(Math.ceil((widest + 6) / each));
    axis.tickangle = -45;
    return keep(Math.max(1, Math.ceil((1.5 * size) / each)));
  }

  // Texts beside bars and nodes: the axis ends where the last of them does.
  function setSides(data, axis, room, isNarrow) {
    const texts = data.filter((trace) => trace.mode === "text" && /left|right/.test(trace.textposition) && (trace.xaxis || "x") === "x");
    const isBare = axis.visible === false; // nothing but what is drawn: names take what room they need
    const most = room * (isBare ? 0.36 : 0.4);
    const found = [];
    for (const trace of texts) {
      const size = trace.textfont.size;
      trace.text = trace.text.map((text) => marked(shortened(plain(text), most, size)));
      const sign = trace.textposition.endsWith("left") ? -1 : 1;
      numbers(trace.x).forEach((x, i) => found.push({ x, wide: sign * (widthOf(plain(trace.text[i]), size) + 6) }));
    }
    if (!found.length || !axis.range) return;
    const ends = [0, ...found.map(({ x }) => x)];
    const base = isBare ? [0, 1] : (isNarrow ? [Math.min(...ends), Math.max(...ends)] : [...axis.range].sort((one, other) => one - other));
    let [low, high] = base;
    for (let i = 0; i < 12; i += 1) {
      const scale = (high - low) / room;
      low = Math.min(base[0], ...found.map(({ x, wide }) => x + Math.min(wide, 0) * scale));
      high = Math.max(base[1], ...found.map(({ x, wide }) => x + Math.max(wide, 0) * scale));
    }
    axis.range = axis.range[0] > axis.range[1] ? [high, low] : [low, high];
  }

  // Texts above and below points: none that would lie on one before it, or leave the chart.
  function setAbove(layout, data, room, inside) {
    const ends = layout.xaxis.range || [0, Math.max(...data.filter(({ mode }) => mode === "lines").flatMap(({ x }) => numbers(x)))];
    const heights = layout.yaxis.range || [0, 1];
    const placed = [];
    for (const trace of data.filter(({ mode, textposition }) => mode === "text" && /^(top|bottom)/.test(textposition))) {
      const { size } = trace.textfont;
      const lift = (trace.textposition.startsWith("top") ? 0.9 : -0.9) * size;
      const texts = trace.text, y = numbers(trace.y);
      trace.text = numbers(trace.x).map((x, i) => {
        const half = widthOf(plain(texts[i]), size) / 2 + 3;
        const middle = ((x - ends[0]) / (ends[1] - ends[0])) * room;
        const high = ((y[i] - heights[0]) / (heights[1] - heights[0])) * inside + lift;
        const isOn = placed.some((one) => Math.abs(one.middle - middle) < one.half + half && Math.abs(one.high - high) < 1.4 * size);
        if (isOn || middle < half || middle + half > room) return "";
        placed.push({ middle, half, high });
        return texts[i];
      });
    }
  }

  // Numbers in the cells of a heat map, or none where a cell is too small for them.
  function setCells(layout, data, room, inside, isNarrow) {
    const map = data.find((trace) => trace.type === "heatmap");
    if (!map) return;
    const each = room / map.x.length;
    for (const trace of data.filter((one) => one.mode === "text" && one.textposition === "middle center")) {
      const fits = (size) => trace.text.every((text) => widthOf(plain(text), size) <= each - 3);
      let size = [trace.textfont.size, 8].find(fits);
      if (!size && trace.text.every((text) => text.length <= 2)) {
        trace.text = trace.text.map((text) => [...text].join("<br>")); // two signs, one above the other
        size = [8].find(fits);
      }
      trace.visible = size !== undefined;
      if (size) trace.textfont = { ...trace.textfont, size };
    }
    if (isNarrow) {
      const scale = { orientation: "h", x: 0.5, xanchor: "center", y: -28 / inside, yanchor: "top", len: 1, thickness: 10 };
      map.colorbar = { ...map.colorbar, ...scale, title: { ...map.colorbar.title, side: "top" } };
      layout.margin.b += 44;
    }
  }

  function fitted(figure, width) {
    const layout = structuredClone(figure.layout);
    const data = figure.data.map((trace) => ({ ...trace }));
    const isNarrow = width < NARROW;
    family = layout.font.family;
    const inside = layout.height - layout.margin.t - layout.margin.b;
    const across = ofAxis(layout, "x"), along = ofAxis(layout, "y");
    const isBare = across[0].visible === false;
    const left = Math.max(...along.map((axis) => setNames(axis, (isNarrow ? 0.36 : 0.5) * width, inside) + (axis.title?.text ? 20 : 0)));
    layout.margin.l = isBare ? EDGE : Math.max(isNarrow ? 0 : 64, left);
    layout.margin.r = isBare ? EDGE : isNarrow ? 12 : 24;
    const head = setHead(layout, width, width - layout.margin.l - layout.margin.r);
    const hasScale = data.some((trace) => trace.type === "heatmap") && !isNarrow;
    const room = width - layout.margin.l - layout.margin.r - (hasScale ? 70 : 0);
    setCells(layout, data, room, inside, isNarrow);
    const last = across[across.length - 1];
    if (last.ticktext) {
      setTicks(last, layout.meta.ticks, room, isNarrow);
      for (const axis of across) Object.assign(axis, { tickvals: last.tickvals, ticktext: last.ticktext });
    } else if (isNarrow) across.forEach((axis) => Object.assign(axis, { nticks: 5, tickfont: { size: 11 } }));
    if (across.length === 1) setAbove(layout, data, room, inside);
    if (across.length === 1) setSides(data, across[0], room, isNarrow);
    layout.height = inside + layout.margin.t + layout.margin.b;
    layout.legend.y = 1 - head / layout.height;
    if (isTouched) layout.dragmode = false; // a finger moves the page
    return { data, layout: { ...layout, width, autosize: false } };
  }

  // ------------------------------------------------------------------------------------------------------- by night
  const twoDigits = (text) => Number(text).toString(16).padStart(2, "0");
  function atNight(value) {
    if (typeof value === "string") {
      if (Object.hasOwn(nightColours, value)) return nightColours[value];
      const mixed = /^rgba\((\d+),(\d+),(\d+),([\d.]+)\)$/.exec(value);
      const night = mixed && nightColours[`#${mixed.slice(1, 4).map(twoDigits).join("")}`];
      if (!night) return value;
      return `rgba(${[1, 3, 5].map((i) => Number.parseInt(night.slice(i, i + 2), 16)).join(",")},${mixed[4]})`;
    }
    if (Array.isArray(value)) return value.map(atNight);
    if (value === null || typeof value !== "object" || value.bdata) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, atNight(inner)]));
  }

  // --------------------------------------------------------------------------------------------------------- drawing
  const drawn = new Map();
  function show(element, width, night) {
    const state = drawn.get(element);
    if (!width || (state.width === width && state.night === night)) return undefined; // none: where it is hidden
    if ((state.width < NARROW) !== (width < NARROW)) Plotly.purge(element); // it leaves a scale where it was
    Object.assign(state, { width, night });
    const { data, layout } = fitted(state.figure, width);
    const shown = night ? atNight({ data, layout }) : { data, layout };
    const done = Plotly.react(element, shown.data, shown.layout, { ...state.figure.config, responsive: false });
    const frame = element.querySelector(".svg-container"); // plotly sets its size once
    Object.assign(frame.style, { width: `${layout.width}px`, height: `${layout.height}px` });
    return done;
  }
  function draw(element, figure) {
    element.style.minHeight = "";
    drawn.set(element, { figure });
    return show(element, element.clientWidth, isNight());
  }
  async function place(root, figures) {
    for (const element of root.querySelectorAll("[data-figure]")) {
      if (element.isConnected) draw(element, figures[element.dataset.figure]);
      await new Promise((resolve) => { setTimeout(resolve); }); // the page stays at hand between two charts
    }
  }
  function forget(root) {
    for (const element of root.querySelectorAll(".chart")) if (drawn.delete(element)) Plotly.purge(element);
  }
  const shownNow = () => [...drawn.keys()].filter((element) => element.offsetParent !== null);
  function refresh() {
    for (const element of shownNow()) show(element, element.clientWidth, isNight());
  }
  window.addEventListener("beforeprint", () => { for (const element of shownNow()) show(element, PAPER, false); });
  window.addEventListener("afterprint", refresh);
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 120);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refresh);

  // The button by which a reader has it otherwise than the machine does; kept where the browser lets a page keep it.
  const KEPT = "gridsim-night";
  function kept(value) {
    try {
      if (value === undefined) return localStorage.getItem(KEPT);
      localStorage.setItem(KEPT, value);
    } catch { /* a page that may keep nothing asks again */ }
    return null;
  }
  function setNight(night) {
    sheet.media = night ? "screen" : "not all";
  }
  function nightButton(button) {
    const tell = () => button.setAttribute("aria-pressed", String(isNight()));
    const before = kept();
    if (before) setNight(before === "yes");
    tell();
    button.addEventListener("click", () => {
      const night = !isNight();
      setNight(night);
      kept(night ? "yes" : "no");
      tell();
      refresh();
    });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
  }

  return { draw, place, forget, refresh, nightButton };
}
