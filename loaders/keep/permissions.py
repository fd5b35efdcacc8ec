"""What lies beside a store may be another user's: that is no damage, and nothing of it is mended or left out."""

import os
from itertools import chain
from pathlib import Path

from graph.errors import HomeForbidden
from graph.manifest import MANIFEST, PURPOSES


def ensure_permitted(home: Path) -> None:
    """Refuse where this user may not read all that is listed in a folder.

    Raises:
        HomeForbidden: there is such a file or folder.
    """
    listed = (home / name for name in (MANIFEST, *PURPOSES))
    for path in chain([home], (p for place in listed for p in chain([place], place.rglob("*")))):
        wanted = os.R_OK | (os.X_OK if path.is_dir() else 0)
        if path.exists() and not os.access(path, wanted, effective_ids=True):
            raise HomeForbidden(path=path)
