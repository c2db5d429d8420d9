// Plots over time, from the data that the server wrote beside them.
import { withUnit } from "./units.js";

const DASHES = [[], [6, 3], [2, 3], [10, 3, 2, 3]];
const HEIGHT = 210;
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);
const drawn = new Map();
const shown = new WeakMap();

export function drawPlots(within) {
  for (const [area, plot] of drawn) if (!area.isConnected) { plot.destroy(); drawn.delete(area); }
  for (const area of within.querySelectorAll(".plot-area")) draw(area);
}

// Their type and height follow that of the page.
export function redrawPlots() {
  for (const area of drawn.keys()) shown.delete(area);
  drawPlots(document);
}

const enlarged = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

function draw(area) {
  if (shown.get(area) === area.dataset.plot) return;
  shown.set(area, area.dataset.plot);
  drawn.get(area)?.destroy();
  area.replaceChildren();
  const data = JSON.parse(area.dataset.plot);
  drawn.set(area, new uPlot(options(area, data), columns(data), area));
}

function columns(data) {
  // A value holds throughout its step, so the last one needs an end.
  const held = (values) => [...values, values.at(-1) ?? null];
  const lines = data.series.map((each) => held(each.values));
  return [[...data.times, data.until], ...(data.stacked ? stacked(lines) : lines), ...limitLine(data)];
}

function stacked(lines) {
  const sums = lines[0]?.map(() => 0) ?? [];
  return lines.map((values) => values.map((value, index) => (sums[index] += value ?? 0)));
}

function limitLine(data) {
  return data.limit === null ? [] : [[...data.times, data.until].map(() => data.limit)];
}

function options(area, data) {
  const style = getComputedStyle(area);
  const large = enlarged();
  const colour = (name) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: `${11 * large}px ${style.fontFamily}` };
  return {
    width: area.clientWidth,
    height: HEIGHT * large,
    padding: [8, 26, 0, 0],
    cursor: { sync: { key: "desk" }, points: { size: 6 }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { range: () => [data.times[0] ?? 0, data.until] }, y: { range: (_, least, most) => [Math.min(0, least ?? 0), top(data, most || 0)] } },
    axes: [
      { ...axis, size: 26 * large, space: 70 * large, values: (_, splits) => splits.map(clock) },
      { ...axis, ...(data.unit === "By" ? { incrs: POWERS_OF_TWO } : {}), size: 58 * large, space: 36 * large, values: (_, splits) => splits.map((each) => withUnit(each, data.unit)) },
    ],
    series: [{}, ...data.series.map((each) => line(each, data, colour)), ...limitLine(data).map(() => limit(colour))],
    bands: data.stacked ? data.series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] })) : [],
    hooks: { draw: [(plot) => marks(plot, data, colour), (plot) => placeDots(plot, area, data)], setSelect: [zoom], setCursor: [tip(area, data)] },
  };
}

function line(each, data, colour) {
  const stroke = colour(`--h${each.hue}`);
  return {
    label: each.label,
    stroke,
    width: 1.6,
    dash: DASHES[each.dash],
    fill: data.stacked ? `${stroke}2e` : undefined,
    paths: uPlot.paths.stepped({ align: 1 }),
    points: { show: false },
    spanGaps: false,
  };
}

const limit = (colour) => ({ label: "limit", stroke: colour("--bad"), width: 1, dash: [4, 4], points: { show: false } });

function marks(plot, data, colour) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour("--amber");
  ctx.setLineDash([3, 3]);
  for (const each of data.marks) {
    const x = Math.round(plot.valToPos(each.at, "x", true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

// Lines decide on the scale: one dot far above them would press them flat, and stands at the top instead.
function top(data, most) {
  const highest = Math.max(0, ...data.dots.map((each) => each.value));
  return (Math.max(most, most ? Math.min(highest, 2 * most) : highest) || 1) * 1.08;
}

function placeDots(plot, area, data) {
  const dots = area.nextElementSibling;
  if (!dots) return;
  const { left, top: above, width } = plot.bbox;
  dots.replaceChildren(...data.dots.map((each) => {
    const isBeyond = each.value > plot.scales.y.max;
    const link = document.createElement("a");
    link.href = each.to;
    link.tabIndex = -1;
    link.className = isBeyond ? "beyond" : "";
    link.title = `trace ${each.name}: ${withUnit(each.value, data.unit)}`;
    link.setAttribute("aria-label", link.title);
    link.style.left = `${(left + Math.min(width, Math.max(0, plot.valToPos(each.at, "x", true) - left))) / devicePixelRatio}px`;
    link.style.top = `${isBeyond ? above / devicePixelRatio + 4 : plot.valToPos(each.value, "y", true) / devicePixelRatio}px`;
    return link;
  }));
}

function zoom(plot) {
  if (plot.select.width < 8) return;
  const at = (x) => new Date(plot.posToVal(x, "x") * 1000).toISOString();
  const address = new URL(window.location.href);
  address.searchParams.delete("last");
  address.searchParams.set("from", at(plot.select.left));
  address.searchParams.set("until", at(plot.select.left + plot.select.width));
  window.location.assign(address);
}

function tip(area, data) {
  const box = document.createElement("div");
  box.className = "tip";
  return (plot) => {
    if (!box.isConnected) area.append(box);
    const { idx, left } = plot.cursor;
    const isHere = idx !== null && idx !== undefined && left >= 0 && area.matches(":hover");
    box.style.display = isHere ? "block" : "none";
    if (!isHere) return;
    box.replaceChildren(told(data, Math.min(idx, data.times.length - 1)));
    const isLate = left > plot.width * 0.55;
    box.style.left = isLate ? "auto" : `${left + 76}px`;
    box.style.right = isLate ? `${area.clientWidth - left - 50}px` : "auto";
    box.style.top = "8px";
  };
}

function told(data, index) {
  const table = document.createElement("table");
  const row = (name, value) => {
    const cells = table.insertRow();
    cells.insertCell().textContent = name;
    cells.insertCell().textContent = value;
  };
  row("", clock(data.times[index]));
  for (const each of data.series) row(each.label, withUnit(each.values[index], data.unit));
  return table;
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB", { hourCycle: "h23" });
}

new ResizeObserver(() => {
  for (const [area, plot] of drawn) if (area.clientWidth && area.clientWidth !== plot.width) plot.setSize({ width: area.clientWidth, height: HEIGHT });
}).observe(document.body);

window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const area of drawn.keys()) { shown.delete(area); draw(area); }
});
