// Two times on the dots of traces, each by dragging: the time before, then the time after; both are compared.
const LEAST_PX = 8;
let before = null;

export function chooseWindows() {
  document.addEventListener("pointerdown", (event) => {
    const dots = event.target.closest("svg.dots[data-from]");
    if (dots && event.button === 0) follow(dots, event.clientX);
  });
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.("svg.dots[data-from]")) event.preventDefault();
  });
}

function follow(dots, began) {
  const band = document.createElementNS(dots.namespaceURI, "rect");
  band.setAttribute("class", "chosen");
  band.setAttribute("height", "100%");
  const box = dots.getBoundingClientRect();
  const at = (x) => Math.min(box.width, Math.max(0, x - box.left));
  const move = (event) => {
    const [left, right] = [at(began), at(event.clientX)].sort((one, other) => one - other);
    if (right - left < LEAST_PX) return;
    if (!band.isConnected) dots.prepend(band);
    band.setAttribute("x", left);
    band.setAttribute("width", right - left);
  };
  const end = () => {
    document.removeEventListener("pointermove", move);
    if (band.isConnected) choose(dots, band, box.width);
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
}

function choose(dots, band, width) {
  // The mouse goes up over a mark, too, which is no click on it.
  dots.addEventListener("click", (event) => event.preventDefault(), { once: true, capture: true });
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
