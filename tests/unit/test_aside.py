"""What would keep the screen from answering is done in a thread."""

import sys
import threading
from pathlib import Path

import pytest

from batchtui.ui.aside import loaded


async def test_a_module_is_imported_in_a_thread_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "a_screen_that_is_seldom_opened"
    (tmp_path / f"{name}.py").write_text("import threading\nTHREAD = threading.get_ident()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    await loaded(name)
    module = sys.modules[name]
    try:
        assert threading.get_ident() != module.THREAD
        await loaded(name)
        assert sys.modules[name] is module
    finally:
        del sys.modules[name]
    with pytest.raises(ModuleNotFoundError):
        await loaded("nothing_of_this_name")
