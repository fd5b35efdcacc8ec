"""Fetch the libraries that the explorer stands on, as npm publishes them: `make vendor`.

`viz/explorer/page/vendor/libraries.json` says which file of which version. To take another version, write it there and
run this: files and licences are replaced and their SHA-512 written beside them; the difference is there to read.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "viz" / "explorer" / "page" / "vendor"
LIST = FOLDER / "libraries.json"


def fetch(library: dict[str, Any]) -> None:
    """Replace one library's file and licence, and state the hash of the file.

    Raises:
        CalledProcessError: npm cannot fetch it.
    """
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{library['name']}@{library['version']}"],
            cwd=folder, check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        with tarfile.open(Path(folder, packed)) as archive:
            for member, target in ((library["from"], library["file"]), ("LICENSE", f"{library['file']}.LICENSE")):
                found = archive.extractfile(f"package/{member}")
                if found is None:
                    sys.exit(f"{library['name']}: no file {member}")
                (FOLDER / target).write_bytes(found.read())
    library["sha512"] = hashlib.sha512((FOLDER / library["file"]).read_bytes()).hexdigest()
    print(f"{library['name']} {library['version']} {library['sha512'][:16]}…")


def main() -> None:
    """Fetch every library of the list."""
    libraries = json.loads(LIST.read_text(encoding="utf-8"))
    for library in libraries:
        fetch(library)
    LIST.write_text(json.dumps(libraries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
