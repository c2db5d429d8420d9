"""Order's volumes: one for receipts and dumps, and one that the backup may have to itself."""

from pathlib import Path

from kit.variants import Choice, Option, Variants
from kit.volume import Volume
from services.order.settings import Settings

LARGER = 2
"""Times the usual size."""


def shared_volume(folder: Path, settings: Settings, variants: Variants) -> Volume:
    """The volume for receipts and dumps, as large as it is now."""
    size = settings.order_volume_bytes
    return Volume(folder, Choice(variants, size, Option("order-larger-volume", "on", LARGER * size)).look)


def volume_of_backup(settings: Settings) -> Volume:
    """A volume for dumps alone."""
    return Volume(settings.order_backup_volume, lambda: settings.order_volume_bytes)
