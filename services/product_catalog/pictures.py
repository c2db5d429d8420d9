"""Draws a product's picture: its category's colour and sign, and its initials. The same product, the same picture."""

from dataclasses import dataclass
from html import escape
from string import Template

from services.product_catalog.schemas import Product


@dataclass(frozen=True)
class Look:
    """A hue (degrees on the colour wheel) and a sign, drawn in a field of 100 by 100."""

    hue: int
    sign: str


LOOKS = {
    "kitchen": Look(14, "M20 40h60v25a15 15 0 0 1-15 15H35a15 15 0 0 1-15-15zM80 48h12M8 48h12M35 40V30h30v10"),
    "garden": Look(130, "M50 88V45M50 60C30 60 22 45 22 30c18 0 28 12 28 30zM50 50c0-18 10-30 28-30 0 16-8 30-28 30z"),
    "lighting": Look(42, "M38 70h24M40 80h20M44 88h12M36 62c-8-7-12-14-12-22a26 26 0 0 1 52 0c0 8-4 15-12 22z"),
    "stationery": Look(220, "M20 80l6-20 42-42a8 8 0 0 1 12 12L38 72zM60 26l12 12M20 88h60"),
    "outdoors": Look(165, "M6 82l32-52 18 28 10-14 28 38zM72 24a7 7 0 1 1 14 0 7 7 0 0 1-14 0z"),
    "games": Look(280, "M22 22h56v56H22zM36 36h.1M64 36h.1M50 50h.1M36 64h.1M64 64h.1"),
    "bed-and-bath": Look(
        195, "M12 78V34M12 64h76v14M88 64V54a8 8 0 0 0-8-8H40v18M18 52a8 8 0 1 1 16 0 8 8 0 0 1-16 0z"
    ),
    "workshop": Look(340, "M30 16h34l10 12-10 8H54v50H42V36H30z"),
}
_PLAIN = Look(0, "M25 25h50v50H25z")

_SVG = Template(
    """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" role="img" aria-label="$name">\
<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl($hue 55% 92%)"/>\
<stop offset="1" stop-color="hsl($hue 45% $shade%)"/></linearGradient></defs>\
<rect width="400" height="300" fill="url(#g)"/>\
<circle cx="$x" cy="$y" r="$radius" fill="hsl($hue 60% 97%)" opacity=".55"/>\
<path transform="translate(110 45) scale(1.8)" d="$sign" fill="hsl($hue 55% 97%)" stroke="hsl($hue 45% 32%)" \
stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>\
<text x="382" y="284" text-anchor="end" font-family="Georgia,serif" font-size="30" fill="hsl($hue 45% 28%)">\
$initials</text></svg>
"""
)


def draw(product: Product) -> str:
    """The picture as an SVG document."""
    look = LOOKS.get(product.category, _PLAIN)
    return _SVG.substitute(
        name=escape(product.name, quote=True),
        initials=escape(_initials(product.name)),
        hue=(look.hue + product.id * 7 % 21 - 10) % 360,
        shade=70 + product.id * 5 % 13,
        sign=look.sign,
        x=60 + product.id * 53 % 280,
        y=50 + product.id * 31 % 200,
        radius=60 + product.id * 17 % 60,
    )


def _initials(name: str) -> str:
    return "".join(word[0].upper() for word in name.split(",", maxsplit=1)[0].split() if word[0].isalpha())[:3]
