"""Windows, carriers and chains: what is there, what is missing (method.md, section 4)."""

from queries.network.report import network, network_graph

__all__ = ["network", "network_graph"]
