"""The log of a server: one JSON object a line for programs, a short line for a person at a terminal.

Numbers of persons are masked in whatever is said; addresses of questions are never logged, only their routes.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from loaders.keep.privacy import mask_text


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object; what stands in ``told`` becomes its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": mask_text(record.getMessage()),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            fields["traceback"] = mask_text(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=False, default=str)


class Short(logging.Formatter):
    """Writes a record for a person."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line."""
        return mask_text(super().format(record))


def _handler(stream: TextIO) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    short = Short("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S")
    handler.setFormatter(short if stream.isatty() else JsonLines())
    return handler


def configure() -> None:
    """Log answers to stdout, all else to stderr: JSON, or short lines where a person reads along."""
    logging.basicConfig(level=logging.INFO, handlers=[_handler(sys.stderr)], force=True)
    answers = logging.getLogger("shuniu.access")
    answers.handlers, answers.propagate = [_handler(sys.stdout)], False
    # What these tell of would be told twice; the last also tells whole addresses, with what was asked.
    for noisy in ("neo4j", "fontTools", "matplotlib", "mcp", "httpx2"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
