// What every page does: keeps itself up to date, answers keys, shows moments on the clock of who looks.
import { drawPlots, redrawPlots } from "./plots.js";
import { answerKeys } from "./keys.js";
import { keepLive } from "./live.js";
import { countDown, fillIn } from "./mystery.js";
import { chooseWindows } from "./windows.js";

const FORMS = {
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
  millisecond: { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" },
};

function setClocks(within) {
  for (const time of within.querySelectorAll("time[data-form]")) {
    const form = FORMS[time.dataset.form];
    const moment = new Date(time.dateTime);
    time.title = moment.toISOString();
    if (form) time.textContent = moment.toLocaleTimeString("en-GB", form);
  }
}

function prepare(within) {
  setClocks(within);
  drawPlots(within);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "Copied";
});

document.addEventListener("submit", (event) => {
  // An address says what was asked, and nothing of what was not.
  if (event.target.method !== "get") return;
  for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[method=get] [disabled]")) field.disabled = false;
});

const projector = document.getElementById("projector");
const isLarge = () => document.documentElement.classList.contains("projector");
const showType = () => projector.setAttribute("aria-pressed", String(isLarge()));
projector.addEventListener("click", () => {
  document.documentElement.classList.toggle("projector");
  if (isLarge()) sessionStorage.setItem("projector", "");
  else sessionStorage.removeItem("projector");
  showType();
  redrawPlots();
});

document.addEventListener("htmx:after:swap", () => prepare(document));
keepLive();
answerKeys();
countDown();
fillIn();
chooseWindows();
showType();
prepare(document);
