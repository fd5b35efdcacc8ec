"""From files that people send to facts in the graph: line -> row or issue -> facts -> delta -> store."""
