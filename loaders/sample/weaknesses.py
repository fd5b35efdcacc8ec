"""The weak places a sample has on purpose, so that every kind of gap can be shown and tested."""

ONLINE_ONLY_PREFECTURES = frozenset({"513200", "513300"})
"""川西北生态示范区: very few resources, most of them online or expired."""

UNREPORTED_COUNTIES = {"513200": 2, "513300": 3}
"""How many counties of a prefecture report no enterprises at all: their cells are unknown, not empty."""

PRESENCE_SHARE = {"513200": 0.2, "513300": 0.2, "513400": 0.35}
"""Share of a prefecture's counties with a station or carrier, where it is not the usual share."""

USUAL_PRESENCE_SHARE = 0.82

SCARCE_CHAINS = frozenset({"现代农业烘干冷链物流", "川竹", "航空与燃机", "家庭社区服务"})
"""Chains with hardly any specialised supply."""

SCARCE_SERVICE_TYPES = frozenset({"对外合作", "产学研协同"})

SCARCITY = 0.15
"""Factor on the chance that a resource suits a scarce chain or service type."""

PARTNERSHIP_HOLES = 0.15
"""Share of chain × dimension cells that get no partnership."""

UNSATISFYING_SITES = {"carriers": 4, "stations": 4, "clusters": 2}
"""How many sites of each kind stay clearly below 90 % satisfaction; in small samples at most a fifth."""
