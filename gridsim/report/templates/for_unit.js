"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const charts = gridsimCharts(data.night);
  charts.nightButton(document.querySelector(".night"));

  // What scrolls in its own box can be reached with the keyboard; what doesn't is no stop on the way.
  function reachBoxes() {
    for (const box of document.querySelectorAll(".table-wrap, .explained")) {
      if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    }
  }
  // A figure leads into a derivation, which is folded up until somebody asks for it.
  function unfold() {
    const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = wanted && wanted.closest("details");
    if (!folded) return;
    folded.open = true;
    wanted.scrollIntoView({ behavior: "instant" });
  }

  const sections = [...document.querySelectorAll("#report > section")];
  const links = [...document.querySelectorAll(".contents a")];
  function markHere() {
    const above = sections.filter((section) => section.getBoundingClientRect().top < 160);
    const here = (above.pop() || sections[0]).id;
    for (const link of links) link.classList.toggle("is-here", link.hash.slice(1) === here);
  }

  // What was found may be folded up, with the rest of its month.
  function show(element) {
    const folded = element.closest("details");
    if (folded) folded.open = true;
    gridsimLight(element);
  }
  gridsimSearch({
    words: data.words,
    units: data.units,
    unitNames: data.unitNames,
    extra: async () => data.search,
    rowsOfTables: () => [...document.querySelectorAll("#report table")]
      .filter((table) => !table.closest(".explained"))
      .flatMap((table) => gridsimRowsOf(table, show)),
    goTo: {
      element: show,
      unit: (place, month, step) => {
        const derived = document.getElementById(`why-${place}-${month || data.search.months[place][0][0]}`);
        show(step ? gridsimStep(derived.querySelector(".explained"), step) : derived.querySelector("summary"));
      },
    },
  });

  charts.place(document.getElementById("report"), data.figures);
  reachBoxes();
  markHere();
  window.addEventListener("resize", reachBoxes);
  document.addEventListener("toggle", reachBoxes, true);
  window.addEventListener("scroll", markHere, { passive: true });
  window.addEventListener("hashchange", unfold);
  unfold();
  document.documentElement.dataset.ready = "yes";
})();
