"""Text files as people save them: UTF-8 with or without a byte order mark, UTF-16 with one, any line ends."""

import codecs
from pathlib import Path

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NotTextError(ValueError):
    """The content is in no encoding that is read here; the message names one that is."""

    def __init__(self) -> None:
        super().__init__("it is not text in UTF-8; save it as UTF-8")


def read_text(path: Path) -> str:
    """The text of a file; raises OSError and NotTextError."""
    return decoded(path.read_bytes())


def decoded(content: bytes) -> str:
    """The text in `content`, its lines ended by `\\n`; raises NotTextError."""
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16_MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotTextError from error
    return text.replace("\r\n", "\n")
