"""Screenshots that need nothing from elsewhere."""

import re

_FONT_FACE = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
_FONTS = '"Fira Code", "JetBrains Mono", Menlo, "DejaVu Sans Mono", monospace'


def self_contained(svg: str) -> str:
    """Textual's SVG without the web fonts that it would load from a content delivery network."""
    return _FONT_FACE.sub("", svg).replace("Fira Code, monospace", _FONTS)
