// Two times on the dots of traces, each by dragging: the time before, then the time after; both are compared.
const LEAST_PX = 8;
let before = null;

export function chooseWindows() {
  document.addEventListener("pointerdown", (event) => {
    const dots = event.target.closest("svg.dots[data-from]");
    if (dots && event.button === 0) follow(dots, event);
  });
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.("svg.dots[data-from]")) event.preventDefault();
  });
}

function follow(dots, { pointerId, clientX: began }) {
  const band = document.createElementNS(dots.namespaceURI, "rect");
  band.setAttribute("class", "chosen");
  band.setAttribute("height", "100%");
  const box = dots.getBoundingClientRect();
  const at = (x) => Math.min(box.width, Math.max(0, x - box.left));
  const followed = new AbortController();
  const on = (type, does) => {
    const listen = (event) => { if (event.pointerId === pointerId) does(event); };
    document.addEventListener(type, listen, { signal: followed.signal });
  };
  on("pointermove", (event) => {
    const [left, right] = [at(began), at(event.clientX)].sort((one, other) => one - other);
    if (right - left < LEAST_PX) return;
    if (!band.isConnected) dots.prepend(band);
    // Not before it is a drag: a click on a mark would be one on the drawing.
    dots.setPointerCapture(pointerId);
    band.setAttribute("x", left);
    band.setAttribute("width", right - left);
  });
  on("pointerup", () => {
    followed.abort();
    if (band.isConnected) choose(dots, band, box.width);
  });
  on("pointercancel", () => {
    followed.abort();
    band.remove();
  });
}

function choose(dots, band, width) {
  // The mouse goes up over a mark, too, which is no click on it; that click, if there is one, comes before any timer.
  const refuse = (event) => event.preventDefault();
  dots.addEventListener("click", refuse, { capture: true });
  setTimeout(() => dots.removeEventListener("click", refuse, { capture: true }));
  const left = Number(band.getAttribute("x"));
  const chosen = [moment(dots, left / width), moment(dots, (left + Number(band.getAttribute("width"))) / width)];
  if (before) window.location.assign(compared(dots, before, chosen));
  else offer(chosen);
}

function moment(dots, share) {
  const { from, until, side } = dots.dataset;
  const margin = Number(side) / 100;
  const within = Math.min(1, Math.max(0, (share - margin) / (1 - 2 * margin)));
  return new Date(Date.parse(from) + within * (Date.parse(until) - Date.parse(from))).toISOString();
}

function offer(chosen) {
  before = chosen;
  const pause = document.getElementById("pause");
  if (pause && !pause.hidden && pause.getAttribute("aria-pressed") === "false") pause.click();
  const told = document.getElementById("chosen");
  const address = new URL(window.location.href);
  address.searchParams.delete("last");
  address.searchParams.set("from", chosen[0]);
  address.searchParams.set("until", chosen[1]);
  told.querySelector("a").href = address;
  told.hidden = false;
}

function compared(dots, [start, end], [from, until]) {
  const address = new URL(dots.dataset.compare, window.location.href);
  address.search = new URLSearchParams({ before: `${start}..${end}`, from, until });
  return address;
}
