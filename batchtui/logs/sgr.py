"""Select Graphic Rendition: what ``ESC[…m`` says, as words that Rich reads."""

from functools import lru_cache
from typing import NamedTuple

_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_ON = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 5: "blink", 6: "blink", 7: "reverse", 9: "strike"}
_OFF = {21: "bold", 23: "italic", 24: "underline", 25: "blink", 27: "reverse", 29: "strike"}
_MOST_PARAMETERS = 64
_LONGEST = 256


class Style(NamedTuple):
    """What is switched on."""

    attributes: tuple[str, ...] = ()
    foreground: str = ""
    background: str = ""
    words: str = ""
    """All of it as one text; empty where nothing is on."""


PLAIN = Style()


def styled(style: Style, parameters: str) -> Style:
    """The style after an SGR sequence; what is not understood changes nothing."""
    return _styled(style, parameters) if len(parameters) <= _LONGEST else style


@lru_cache(maxsize=2048)
def _styled(style: Style, parameters: str) -> Style:
    if parameters and not (parameters[0].isdecimal() or parameters[0] in ";:"):
        return style  # private, such as ESC[>4m
    attributes, foreground, background = list(style.attributes), style.foreground, style.background
    codes = [_codes(part) for part in parameters.split(";")][:_MOST_PARAMETERS]
    place = 0
    while place < len(codes):
        code, *inner = codes[place]
        place += 1
        if code in (38, 48):
            if inner:
                colour = _colour(inner[:1] + inner[-3:] if inner[0] == 2 else inner)
            else:
                rest = [part[0] for part in codes[place : place + 4]]
                place += {5: 2, 2: 4}.get(rest[0] if rest else 0, 1)
                colour = _colour(rest)
            if colour and code == 38:
                foreground = colour
            elif colour:
                background = colour
        elif code == 0:
            attributes, foreground, background = [], "", ""
        elif code == 4 and inner and inner[0] == 0:
            attributes = [word for word in attributes if word != "underline"]
        elif code in _ON:
            attributes = [word for word in attributes if word != _ON[code]] + [_ON[code]]
        elif code in _OFF:
            attributes = [word for word in attributes if word != _OFF[code]]
        elif code == 22:
            attributes = [word for word in attributes if word not in ("bold", "dim")]
        elif 30 <= code <= 37:
            foreground = _NAMES[code - 30]
        elif 40 <= code <= 47:
            background = _NAMES[code - 40]
        elif 90 <= code <= 97:
            foreground = f"bright_{_NAMES[code - 90]}"
        elif 100 <= code <= 107:
            background = f"bright_{_NAMES[code - 100]}"
        elif code == 39:
            foreground = ""
        elif code == 49:
            background = ""
    words = [*attributes]
    if foreground != background:  # a colour on itself would hide the text
        words += [foreground] if foreground else []
        words += [f"on {background}"] if background else []
    return Style(tuple(attributes), foreground, background, " ".join(words))


def _codes(part: str) -> list[int]:
    """``38:5:9`` as numbers; an empty number is 0, one that is none is -1."""
    return [
        0 if not number else int(number) if number.isdecimal() and len(number) <= 4 else -1
        for number in part.split(":")
    ]


def _colour(numbers: list[int]) -> str:
    if len(numbers) >= 2 and numbers[0] == 5 and 0 <= numbers[1] <= 255:
        return f"color({numbers[1]})"
    if len(numbers) >= 4 and numbers[0] == 2 and all(0 <= number <= 255 for number in numbers[1:4]):
        return "#{:02x}{:02x}{:02x}".format(*numbers[1:4])
    return ""
