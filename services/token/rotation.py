"""A key that is replaced before its time, as operations do when somebody may have seen it."""

from kit.changes import ChangeWatcher
from kit.variants import Choice
from services.token.keys import KeyRing


async def rotate(keys: KeyRing, ordered: Choice[bool]) -> None:
    """Retire the key that signs whenever that is ordered."""
    changed, was_ordered = ChangeWatcher(ordered), ordered.look()
    while True:
        await changed.next()
        if ordered.look() and not was_ordered:
            await keys.retire()
        was_ordered = ordered.look()
