"""One question a module: its Cypher, its result model and its function stand together."""
