"""What is put into a clipboard, and through GNU screen."""

import base64
import re

from batchtui.ui.clipboard import MOST_COPIED, copied_text, osc_52
from batchtui.ui.multiplexers import is_in_screen, through


def in_screen(sequence: str) -> str:
    return through(sequence, {"STY": "1.pts-0.host"})


def test_nothing_that_a_shell_would_obey_is_copied() -> None:
    assert copied_text("a\r\nb\tc\x1b[201~rm\x03\x9b1\ud800") == "a\nb\tc�[201~rm��1�"
    assert len(copied_text("x" * (MOST_COPIED + 5))) == MOST_COPIED


def test_through_screen_it_goes_in_pieces_that_it_passes_on() -> None:
    text = "naïve " * 300
    whole = osc_52(text)
    assert base64.b64decode(whole.removeprefix("\x1b]52;c;").removesuffix("\a")).decode() == text
    pieces = re.findall("\x1bP([^\x1b].*?|\x1b\\].*?)\x1b\\\\", in_screen(osc_52(text)), re.DOTALL)
    assert "".join(pieces) == whole
    assert max(map(len, pieces)) < 256
    assert in_screen(osc_52(text)) == "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)


def test_screen_is_known_by_its_variable_and_tmux_within_it_is_nearer() -> None:
    assert is_in_screen({"STY": "1.pts-0.host"})
    assert not is_in_screen({"STY": "1.pts-0.host", "TMUX": "/tmp/tmux-0/default,1,0"})
    assert not is_in_screen({})


def test_no_piece_ends_within_a_character() -> None:
    sequence = f"\x1b]9;{'→é' * 100}\a"
    pieces = re.findall("\x1bP(.*?)\x1b\\\\", in_screen(sequence), re.DOTALL)
    assert "".join(pieces) == sequence
    assert len(pieces) > 1
    assert max(len(piece.encode()) for piece in pieces) <= 240
