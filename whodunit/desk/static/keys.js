// Keys, for those who do not reach for the mouse.
export function answerKeys() {
  let isGoing = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog")) return;
    if (isGoing) go(event.key);
    else act(event);
    isGoing = !isGoing && event.key === "g";
  });
}

function go(key) {
  document.querySelector(`.top a[data-key="${CSS.escape(key)}"]`)?.click();
}

function act(event) {
  const does = {
    "?": () => document.getElementById("keys").showModal(),
    "/": () => document.querySelector(".search input, .search select")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    b: () => document.getElementById("projector").click(),
    " ": () => document.getElementById("pause")?.click(),
  }[event.key];
  if (!does || (event.key === " " && event.target.closest("button, a, summary"))) return;
  event.preventDefault();
  does();
}

function step(by) {
  const rows = [...document.querySelectorAll("#live tbody a, #live summary")];
  const next = rows[rows.indexOf(document.activeElement) + by] ?? rows[by > 0 ? 0 : rows.length - 1];
  next?.focus();
}
