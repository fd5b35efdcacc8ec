"""Spare capacity brought to unmet demand, province-wide and by zone (method.md, section 6)."""

from queries.allocation.allocate import allocate
from queries.allocation.flows import Allocation, AllocationQuestion

__all__ = ["Allocation", "AllocationQuestion", "allocate"]
