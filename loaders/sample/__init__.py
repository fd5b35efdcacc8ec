"""A synthetic province in the form of contract tables: for demonstrations, tests and measurements.

Geography, chains, windows and published totals are real; every organisation, carrier, station, resource,
enterprise and figure of theirs is invented, and named so (``示例-…``).
"""

from loaders.sample.writing import SampleSummary, write_sample

__all__ = ["SampleSummary", "write_sample"]
