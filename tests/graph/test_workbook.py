"""A workbook that its rows are too many for."""

import errno
import io
import os
import tempfile
from pathlib import Path

import pytest

from graph.errors import DiskFull
from graph.workbook import workbook


def test_a_temporary_folder_without_room_is_named_and_left_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(DiskFull) as caught, workbook(io.BytesIO(), large=True) as book:
        book.add_worksheet().write(0, 0, "a")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert (caught.value.details, list(tmp_path.iterdir())) == ({"path": str(tmp_path)}, [])
