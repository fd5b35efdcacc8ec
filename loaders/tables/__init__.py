"""The input tables of the contract, one module each, in the order in which they are built."""

from loaders.tables import (
    activities,
    carriers,
    chain_structure,
    demand_counts,
    enterprises,
    feedback,
    needs,
    organizations,
    partnerships,
    resources,
    service_records,
    windows,
)
from loaders.tables.base import Batch, Origin, Table
from loaders.tables.columns import Column

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        organizations.TABLE,
        windows.TABLE,
        carriers.TABLE,
        enterprises.TABLE,
        resources.TABLE,
        demand_counts.TABLE,
        needs.TABLE,
        partnerships.TABLE,
        chain_structure.CHAIN_NODES,
        chain_structure.CHAIN_LINKS,
        activities.TABLE,
        feedback.TABLE,
        service_records.TABLE,
    )
}

__all__ = ["TABLES", "Batch", "Column", "Origin", "Table"]
