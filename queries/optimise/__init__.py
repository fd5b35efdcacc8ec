"""One problem for plans: actions with costs, what they add to cells, limits; and its exact search (pure arrays)."""
