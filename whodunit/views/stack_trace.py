"""Stack traces of Python in short: each error, then the frames of the product, and how many others there are."""

import re
from collections.abc import Iterator

from whodunit.counted import counted
from whodunit.legible import one_line

_FRAME = re.compile(r'\s+File "(?P<path>.+)", line (?P<line>\d+), in (?P<function>.+)')
_OURS = re.compile(r"(?:^|[\\/])((?:services|kit|loadgen)[\\/].*)")
_BETWEEN = ("Traceback ", "During handling of ", "The above exception was ")
_MARKERS = re.compile(r"\s*[~^]+\s*")


def in_short(text: str) -> Iterator[str]:
    """The lines, indented by what they belong to; the innermost frame comes first, as the errors in `text` do."""
    frames: list[list[str]] = []
    for line in text.splitlines():
        if _FRAME.match(line):
            frames.append([line])
        elif line.startswith(" ") and frames:
            frames[-1].append(line)
        elif line.strip() and not line.startswith(_BETWEEN):
            yield one_line(line)
            yield from _told(frames)
            frames = []
    yield from _told(frames)


def _told(frames: list[list[str]]) -> Iterator[str]:
    others = 0
    for head, *source in reversed(frames):
        frame = _FRAME.match(head)
        ours = _OURS.search(frame["path"]) if frame else None
        if frame is None or ours is None:
            others += 1
            continue
        yield one_line(f"  {ours[1]}:{frame['line']} {frame['function']}")
        yield from (f"    {one_line(line.strip())}" for line in source if not _MARKERS.fullmatch(line))
    if others:
        yield f"  {counted(others, 'frame')} of libraries left out; --json has them"
