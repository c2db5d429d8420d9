// The clock of a mystery, and the form of its answer, which is not lost when one looks elsewhere before it is sent.
export function countDown() {
  setInterval(() => {
    for (const clock of document.querySelectorAll("[data-until]")) {
      const seconds = Math.max(0, Math.round((new Date(clock.dataset.until) - Date.now()) / 1000));
      clock.textContent = `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
    }
  }, 1000);
}

export function fillIn() {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const draft = `draft-${form.dataset.draft}`;
  showOnset(form.elements.onset);
  restore(form, sessionStorage.getItem(draft));
  bound(form);
  form.addEventListener("input", () => {
    sessionStorage.setItem(draft, JSON.stringify([...new FormData(form)]));
    bound(form);
  });
  form.addEventListener("submit", () => {
    form.elements.zone.value = zone(new Date());
    sessionStorage.removeItem(draft);
  });
}

function showOnset(field) {
  if (field.dataset.at) field.value = new Date(field.dataset.at).toLocaleTimeString("en-GB", { hourCycle: "h23" });
}

function restore(form, saved) {
  if (!saved) return;
  const said = JSON.parse(saved);
  for (const field of form.elements) {
    if (!field.name) continue;
    const values = said.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.matches("[type=radio], [type=checkbox]")) field.checked = values.includes(field.value);
    else field.value = values[0] ?? "";
  }
}

function bound(form) {
  for (const group of form.querySelectorAll("[data-most]")) {
    const boxes = [...group.querySelectorAll("[type=checkbox]")];
    const isFull = boxes.filter((box) => box.checked).length >= Number(group.dataset.most);
    for (const box of boxes) box.disabled = isFull && !box.checked;
  }
}

function zone(now) {
  const minutes = -now.getTimezoneOffset();
  const two = (number) => String(number).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}
