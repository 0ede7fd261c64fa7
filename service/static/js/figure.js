// The figure a reader can point at. Every text comes finished from the server; here it is chosen which period labels
// have room, which part is shown, and what the arrow keys say.

const drawing = JSON.parse(document.querySelector("#figur-data").textContent);
const chart = document.querySelector("#figur");
const area = chart.querySelector(".chart__area");
const whole = chart.querySelector("[data-whole]");
const live = document.querySelector("#live");
const { at, labels } = drawing.periods;
const fullRange = [...drawing.layout.xaxis.range];
const ROOM = 1.35; // of a label's width, so that two never touch
const LETTER = 8;

function ticks([from, to]) {
  const inside = at.map((_, place) => place).filter((place) => at[place] >= from && at[place] <= to);
  const widest = Math.max(...inside.map((place) => labels[place].length), 1) * LETTER * ROOM;
  const room = Math.max(1, Math.floor((area.clientWidth - 60) / widest));
  const step = Math.max(1, Math.ceil(inside.length / room));
  // Counted from the newest, which is the one a reader looks for.
  const shown = inside.filter((_, turn) => (inside.length - 1 - turn) % step === 0);
  return { tickvals: shown.map((place) => at[place]), ticktext: shown.map((place) => labels[place]) };
}

const applied = (range) => {
  const { tickvals, ticktext } = ticks(range);
  // A copy: the chart script changes the array it is given when a reader drags.
  return { "xaxis.range": [...range], "xaxis.tickvals": tickvals, "xaxis.ticktext": ticktext };
};

let range = fullRange;
let drawingNow = false;

async function show(next) {
  range = next;
  whole.hidden = range[0] <= fullRange[0] && range[1] >= fullRange[1];
  drawingNow = true;
  await Plotly.relayout(area, applied(range));
  drawingNow = false;
}

chart.hidden = false;
area.setAttribute("aria-busy", "true"); // until it answers to pointing and keys
const layout = structuredClone(drawing.layout);
Object.assign(layout.xaxis, ticks(fullRange));
await Plotly.newPlot(area, drawing.traces, layout, { displayModeBar: false, responsive: true, doubleClick: false, scrollZoom: false });

area.on("plotly_relayout", (change) => {
  if (drawingNow || change["xaxis.range[0]"] === undefined) return;
  show([Math.max(change["xaxis.range[0]"], fullRange[0]), Math.min(change["xaxis.range[1]"], fullRange[1])]);
});
area.on("plotly_doubleclick", () => show(fullRange));
whole.addEventListener("click", () => {
  show(fullRange);
  area.focus();
});
new ResizeObserver(async () => {
  await show(range);
  area.setAttribute("aria-busy", "false"); // it calls once by itself, when everything below is in place
}).observe(area);

// Series a reader has put away.
const boxes = [...chart.querySelectorAll(".chart__series input")];
for (const box of boxes) {
  box.addEventListener("change", () => {
    Plotly.restyle(area, { visible: box.checked }, drawing.series[box.value].traces);
  });
}

// Left and right go from period to period, up and down from series to series.
let place = at.length;
let series = 0;
const inUse = (index) => boxes.length === 0 || boxes[index].checked;

function point(step, turn) {
  const count = drawing.series.length;
  for (let tried = 0; turn && tried < count; tried++) {
    series = (series + turn + count) % count;
    if (inUse(series)) break;
  }
  let next = Math.min(Math.max(place, 0), at.length - 1);
  if (step) {
    next = place + step;
    while (next >= 0 && next < at.length && drawing.series[series].said[next] === null) next += step;
  }
  if (next < 0 || next >= at.length) return;
  place = next;
  const traces = drawing.series[series].traces;
  Plotly.Fx.hover(area, [{ curveNumber: traces[traces.length - 1], pointNumber: place }]);
  live.textContent = drawing.series[series].said[place] ?? "";
}

area.addEventListener("keydown", (event) => {
  const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  point(...move);
});
area.addEventListener("blur", () => Plotly.Fx.unhover(area));
