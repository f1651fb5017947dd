/* In which order the search of the site shows pages that have the words equally often, for Sphinx's searchtools.js.
   Those would stand by their titles, and so decision records first, for the numbers that they begin with. */
const FOR_READERS = {
  "start-here": 3, market: 3, "how-to": 3, tutorials: 2, rulebook: 2, glossary: 2, limits: 2, formats: 1,
  design: -1, adr: -3, changelog: -3, contributing: -3, releases: -3,
};

var Scorer = {
  score: ([docname, , , , score]) => score + (FOR_READERS[docname.toLowerCase().split("/")[0]] ?? 0),
  // What follows is as Sphinx has it, which takes all of this object or its own.
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
