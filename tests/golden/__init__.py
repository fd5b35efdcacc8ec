"""The golden set: workbooks and tables as people really send them, each with its expected ledger."""

from tests.golden import dress, formats, parties, together, values, workbooks
from tests.golden.case import Case

CASES: dict[str, Case] = {
    name: case
    for module in (dress, workbooks, values, parties, formats, together)
    for name, case in module.CASES.items()
}
