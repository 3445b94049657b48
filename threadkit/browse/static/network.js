/* Draw the pairs of the table beside it, and let the period be chosen with two sliders. The table says the same without it. */
(() => {
  "use strict";
  const found = document.getElementById("network-found");
  const form = document.getElementById("network-form");
  if (!found || !form || typeof cytoscape !== "function") return;

  // The library would put a style element into the page, which our policy forbids; room.css has what it says.
  const mark = document.createElement("meta");
  mark.id = "__________cytoscape_stylesheet";
  document.head.append(mark);

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const rows = () => [...found.querySelectorAll("tr[data-from]")];

  // What tells namesakes apart stands below the name.
  const named = (cell) => [...cell.querySelectorAll("a > bdi, .apart bdi")].map((each) => each.textContent.trim()).join("\n");

  const elements = () => {
    const people = new Map();
    const edges = [];
    let most = 1;
    for (const row of rows()) {
      const [from, to] = row.cells;
      const messages = Number(row.dataset.messages);
      most = Math.max(most, messages);
      for (const [id, name] of [[row.dataset.from, named(from)], [row.dataset.to, named(to)]]) {
        const person = people.get(id) || { id, name, messages: 0 };
        person.messages += messages;
        people.set(id, person);
      }
      edges.push({ data: { id: `${row.dataset.from}-${row.dataset.to}`, source: row.dataset.from, target: row.dataset.to, messages, href: row.querySelector(".count a")?.href } });
    }
    const busiest = Math.max(1, ...[...people.values()].map((person) => person.messages));
    const nodes = [...people.values()].map((person, place, all) => ({
      data: { ...person, size: 12 + 34 * Math.sqrt(person.messages / busiest) },
      position: { x: 300 * Math.cos((2 * Math.PI * place) / all.length), y: 300 * Math.sin((2 * Math.PI * place) / all.length) },
    }));
    for (const edge of edges) edge.data.width = 1 + 6 * Math.sqrt(edge.data.messages / most);
    return [...nodes, ...edges];
  };

  const draw = () => {
    const graph = found.querySelector("#graph");
    if (!graph) return;
    graph.hidden = false;
    const cy = cytoscape({
      container: graph,
      elements: elements(),
      minZoom: 0.2,
      maxZoom: 4,
      userZoomingEnabled: true,
      layout: { name: "cose", animate: false, randomize: false, nodeRepulsion: () => 900000, idealEdgeLength: () => 120, edgeElasticity: () => 300, nodeOverlap: 40, gravity: 0.25, componentSpacing: 80, padding: 30, numIter: 1500 },
      style: [
        { selector: "node", style: { label: "data(name)", width: "data(size)", height: "data(size)", "background-color": colour("--accent"), color: colour("--ink"), "font-size": 13, "text-valign": "bottom", "text-margin-y": 4, "text-outline-width": 2, "text-outline-color": colour("--sheet"), "text-max-width": 110, "text-wrap": "wrap" } },
        { selector: "edge", style: { width: "data(width)", "line-color": colour("--pale"), "target-arrow-color": colour("--pale"), "target-arrow-shape": "triangle", "curve-style": "bezier", "arrow-scale": 0.9 } },
        { selector: "edge.near", style: { "line-color": colour("--accent"), "target-arrow-color": colour("--accent"), label: "data(messages)", "font-size": 11, color: colour("--ink"), "text-outline-width": 2, "text-outline-color": colour("--sheet") } },
        { selector: ".far", style: { opacity: 0.2 } },
      ],
    });
    // The layout is spacious; drawn in to the size of the box, so that names keep the size at which they can be read.
    const zoom = cy.zoom();
    if (zoom < 1) {
      cy.nodes().positions((node) => ({ x: node.position("x") * zoom, y: node.position("y") * zoom }));
      cy.fit(undefined, 36);
    }
    cy.on("tap", "node", (event) => { location.href = graph.dataset.person + event.target.id(); });
    cy.on("tap", "edge", (event) => { if (event.target.data("href")) location.href = event.target.data("href"); });
    cy.on("mouseover", "node", (event) => {
      const near = event.target.closedNeighborhood();
      cy.elements().difference(near).addClass("far");
      near.edges().addClass("near");
    });
    cy.on("mouseout", "node", () => cy.elements().removeClass("far near"));
    graph.dataset.nodes = String(cy.nodes().length);
    graph.dataset.edges = String(cy.edges().length);
  };

  let asked = 0;
  const load = async () => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    const address = `${form.action.split("?")[0]}?${query}`;
    const mine = (asked += 1);
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("network-found");
    if (!fresh) return;
    found.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    history.replaceState(null, "", address);
    draw();
  };

  const sliders = () => {
    const [from, to] = [form.querySelector("#from"), form.querySelector("#to")];
    const last = from.options.length - 2;
    if (last < 1) return;
    const box = document.createElement("div");
    box.className = "sliders";
    for (const [select, start] of [[from, 0], [to, last]]) {
      const range = document.createElement("input");
      range.type = "range";
      range.min = "0";
      range.max = String(last);
      range.value = String(select.selectedIndex > 0 ? select.selectedIndex - 1 : start);
      const label = document.createElement("label");
      const chosen = document.createElement("output");
      label.append(document.querySelector(`label[for="${select.id}"]`).textContent, " ", chosen);
      const told = () => {
        chosen.textContent = select.options[Number(range.value) + 1].textContent;
        range.setAttribute("aria-valuetext", chosen.textContent);
      };
      told();
      range.addEventListener("input", () => {
        const other = select === from ? to : from;
        const place = Number(range.value);
        select.selectedIndex = place === start ? 0 : place + 1;
        if (other.selectedIndex > 0 && (select === from ? place + 1 > other.selectedIndex : place + 1 < other.selectedIndex)) {
          other.selectedIndex = place + 1;
          other.dispatchEvent(new Event("change"));
        }
        told();
      });
      range.addEventListener("change", load);
      select.addEventListener("change", () => { range.value = String(select.selectedIndex > 0 ? select.selectedIndex - 1 : start); told(); });
      select.addEventListener("change", load);
      label.append(range);
      box.append(label);
    }
    form.after(box);
  };

  form.addEventListener("submit", (event) => { if (!form.querySelector("#name")) { event.preventDefault(); load(); } });
  sliders();
  draw();
})();
