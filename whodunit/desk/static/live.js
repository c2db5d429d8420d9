// A page that shows the present asks for itself again, while somebody looks at it.
export function keepLive() {
  const seconds = Number(document.body.dataset.live);
  const button = document.getElementById("pause");
  const away = document.getElementById("away");

  const isHeld = () => button?.getAttribute("aria-pressed") === "true";
  const tick = () => document.body.dispatchEvent(new CustomEvent("desk-tick"));

  button?.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(!isHeld()));
    button.textContent = isHeld() ? "Held" : "Live";
    if (!isHeld()) tick();
  });
  if (seconds) setInterval(() => { if (!document.hidden && !isHeld()) tick(); }, seconds * 1000);

  document.addEventListener("htmx:error", () => { away.hidden = false; });
  document.addEventListener("htmx:after:swap", () => { away.hidden = true; });
}
