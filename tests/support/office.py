"""A real office program, LibreOffice: it lays a Word file out, in fonts of the measures that the file asks for."""

import os
import shutil
import subprocess
from pathlib import Path

import matplotlib
import pylopdf_fonts_zh_cn as chinese_fonts

SECONDS = 120
FACES = {
    "Times New Roman": "STIXGeneral", "方正小标宋简体": "Noto Serif SC", "仿宋_GB2312": "Noto Serif SC",
    "楷体_GB2312": "Noto Serif SC", "宋体": "Noto Serif SC", "黑体": "Noto Sans SC",
}  # fmt: skip
"""Fonts that an office has and that may not be shipped, and what stands for them: of the same widths, out of wheels."""


def office_program() -> str | None:
    """Return the program, if this machine has it."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def faces_at() -> list[Path]:
    """Return the files of these fonts."""
    latin = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "STIXGeneral.ttf"
    return [latin, *sorted(Path(chinese_fonts.__file__).parent.glob("*.otf"))]


def as_pdf(files: list[Path], folder: Path) -> list[Path]:
    """Return the PDF that the office program makes of each file, in a folder of their own."""
    faces = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{face}</string></edit></match>'
        for name, face in FACES.items()
    )
    held = sorted({path.parent for path in faces_at()})
    config = folder / "fonts.conf"
    config.write_text(
        f"<fontconfig>{''.join(f'<dir>{d}</dir>' for d in held)}<cachedir>{folder / 'cache'}</cachedir>{faces}"
        "</fontconfig>",
        encoding="utf-8",
    )
    subprocess.run(
        [office_program() or "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", "pdf", "--outdir", folder, *files],
        check=True, capture_output=True, timeout=SECONDS, env={**os.environ, "FONTCONFIG_FILE": str(config)},
    )  # fmt: skip
    return [folder / f"{path.stem}.pdf" for path in files]
