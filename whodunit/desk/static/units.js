// Numbers as people read them, by their unit: as whodunit/views/units.py does it in the terminal.
export function withUnit(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "s") return duration(value);
  if (unit === "By") return scaled(value, 1024, [" B", " KiB", " MiB", " GiB"]);
  return scaled(value, 1000, ["", "k", "M", "G"]);
}

function duration(seconds) {
  if (seconds === 0) return "0s";
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, "0")}s`;
  if (seconds >= 0.9995) return `${plain(seconds)}s`;
  if (seconds >= 0.0009995) return `${plain(seconds * 1000)}ms`;
  return `${Math.round(seconds * 1e6)}µs`;
}

function scaled(value, base, names) {
  let size = 0;
  while (Math.abs(value) >= base && size < names.length - 1) { value /= base; size += 1; }
  return plain(value) + names[size];
}

const plain = (value) => String(Number(value.toPrecision(3)));
