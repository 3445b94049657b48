/* Keyboard movement. Every page reads the same without it. */
(() => {
  "use strict";
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const stops = () => [...document.querySelectorAll("[data-stop]")];
  const step = (by) => {
    const all = stops();
    if (all.length === 0) return;
    const here = all.findIndex((element) => element === document.activeElement || element.contains(document.activeElement));
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  };
  const follow = (relation) => {
    const link = document.querySelector(`main a[rel~="${relation}"]`);
    if (link) link.click();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    n: () => follow("next"),
    p: () => follow("prev"),
    "/": () => document.getElementById("q").focus(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
